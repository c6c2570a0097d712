package dev.pawl.chaos;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Processes that count under one lock on an etcd of three members. */
final class LocksOnEtcdChaos {

    private static final boolean LONG = ChaosSettings.longRounds();
    private static final Duration LEASE = Duration.ofSeconds(2);

    @Test
    void noUpdateIsLostAndNoTwoHandlesAreValidWhateverHappensToProcessesMembersAndNetwork()
            throws IOException, InterruptedException {
        Map<LockFault, Integer> times = LONG
                ? Map.of(
                        LockFault.HOLDER_PAUSED, 10,
                        LockFault.HOLDER_KILLED, 10,
                        LockFault.WAITER_KILLED, 10,
                        LockFault.SERVER_KILLED, 5,
                        LockFault.LEADER_KILLED, 10,
                        LockFault.LEADER_MOVED, 10,
                        LockFault.NETWORK_SLOW, 5,
                        LockFault.ACQUIRE_CUT, 10,
                        LockFault.RENEWAL_CUT, 10,
                        LockFault.RELEASE_CUT, 10)
                : Map.of(
                        LockFault.HOLDER_PAUSED, 1,
                        LockFault.HOLDER_KILLED, 1,
                        LockFault.LEADER_KILLED, 1,
                        LockFault.LEADER_MOVED, 1,
                        LockFault.ACQUIRE_CUT, 1);

        LockRounds.requireAll(verdict("locks-etcd", WorkerLock.Kind.ETCD, times));
    }

    @Tag("long")
    @Test
    void theSameHoldsWhereAllLocksOfAProcessHangOnOneLease() throws IOException, InterruptedException {
        Map<LockFault, Integer> times = Map.of(
                LockFault.HOLDER_PAUSED, LONG ? 10 : 1,
                LockFault.HOLDER_KILLED, LONG ? 10 : 1,
                LockFault.LEADER_KILLED, LONG ? 10 : 1,
                LockFault.RENEWAL_CUT, LONG ? 10 : 1);

        LockRounds.requireAll(verdict("locks-etcd-shared", WorkerLock.Kind.ETCD_SHARED, times));
    }

    /** An administrator's acts: two handles may be valid. */
    @Tag("long")
    @Test
    void noUpdateIsLostAndTokensRiseWhenLeasesAreRevokedAndKeysDeleted() throws IOException, InterruptedException {
        Map<LockFault, Integer> times = Map.of(
                LockFault.SESSION_ENDED, LONG ? 15 : 2,
                LockFault.FLUSHED, LONG ? 15 : 1);

        LockRounds.requireAllButIntervals(verdict("locks-etcd-revoked", WorkerLock.Kind.ETCD_SHARED, times));
    }

    /** The test of the test. */
    @Tag("long")
    @Test
    void aLockThatHoldsUntilItIsToldOtherwiseIsFound() throws IOException, InterruptedException {
        LockSetup setup = LockSetup.on(WorkerLock.Kind.ETCD, LEASE, ChaosSettings.folder("control-etcd"));
        Map<LockFault, Integer> times = Map.of(LockFault.HOLDER_PAUSED, LONG ? 5 : 1);

        LockRounds.requireOverlaps(verdict(BrokenLocks.withoutAClock(setup), times));
    }

    private static LockVerdict verdict(String name, WorkerLock.Kind kind, Map<LockFault, Integer> times)
            throws IOException, InterruptedException {
        return verdict(LockSetup.on(kind, LEASE, ChaosSettings.folder(name)), times);
    }

    private static LockVerdict verdict(LockSetup setup, Map<LockFault, Integer> times)
            throws IOException, InterruptedException {
        try (EtcdUnderFault store = new EtcdUnderFault(setup)) {
            return LockRounds.verdict(setup, times, store);
        }
    }
}
