package dev.pawl.chaos;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
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

        LockRounds.requireAll(verdict("locks-etcd", times));
    }

    @Test
    void noUpdateIsLostAndTokensRiseWhenLeasesAreRevokedAndKeysDeleted() throws IOException, InterruptedException {
        Map<LockFault, Integer> times = Map.of(
                LockFault.SESSION_ENDED, LONG ? 15 : 2,
                LockFault.FLUSHED, LONG ? 15 : 1);

        LockRounds.requireAllButIntervals(verdict("locks-etcd-revoked", times));
    }

    private static LockVerdict verdict(String name, Map<LockFault, Integer> times)
            throws IOException, InterruptedException {
        LockSetup setup = LockSetup.on(WorkerLock.Kind.ETCD, LEASE, ChaosSettings.folder(name));
        try (EtcdUnderFault store = new EtcdUnderFault()) {
            return LockRounds.verdict(setup, times, store);
        }
    }
}
