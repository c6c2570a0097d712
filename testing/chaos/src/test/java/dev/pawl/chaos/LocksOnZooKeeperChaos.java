package dev.pawl.chaos;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Processes that count under one lock on three ZooKeeper servers. */
final class LocksOnZooKeeperChaos {

    private static final boolean LONG = ChaosSettings.longRounds();

    /** Just below what the session timeout allows. */
    private static final Duration LEASE = Duration.ofMillis(1400);

    @Test
    void noUpdateIsLostAndNoTwoHandlesAreValidWhateverHappensToProcessesServersAndNetwork()
            throws IOException, InterruptedException {
        Map<LockFault, Integer> times = LONG
                ? Map.ofEntries(
                        Map.entry(LockFault.HOLDER_PAUSED, 10),
                        Map.entry(LockFault.HOLDER_KILLED, 10),
                        Map.entry(LockFault.WAITER_KILLED, 10),
                        Map.entry(LockFault.SERVER_KILLED, 5),
                        Map.entry(LockFault.LEADER_KILLED, 10),
                        Map.entry(LockFault.FOLLOWER_CUT_OFF, 10),
                        Map.entry(LockFault.CLOCK_FORWARD, 5),
                        Map.entry(LockFault.CLOCK_BACK, 5),
                        Map.entry(LockFault.NETWORK_SLOW, 5),
                        Map.entry(LockFault.ACQUIRE_CUT, 10),
                        Map.entry(LockFault.RENEWAL_CUT, 10),
                        Map.entry(LockFault.RELEASE_CUT, 10))
                : Map.of(
                        LockFault.HOLDER_PAUSED, 1,
                        LockFault.HOLDER_KILLED, 1,
                        LockFault.FOLLOWER_CUT_OFF, 1);

        LockRounds.requireAll(verdict(setup("locks-zookeeper"), times, false));
    }

    /** An administrator's acts: two handles may be valid. */
    @Tag("long")
    @Test
    void noUpdateIsLostAndTokensRiseWhenSessionsAreEndedAndNodesDeleted() throws IOException, InterruptedException {
        Map<LockFault, Integer> times = Map.of(
                LockFault.SESSION_ENDED, LONG ? 15 : 2,
                LockFault.FLUSHED, LONG ? 15 : 1);

        LockRounds.requireAllButIntervals(verdict(setup("locks-zookeeper-ended"), times, false));
    }

    /** A holder who cannot turn to another server is told nothing of the end of his session. */
    @Tag("long")
    @Test
    void aHolderAtAFollowerThatIsCutOffIsOutBeforeAnotherIsIn() throws IOException, InterruptedException {
        Map<LockFault, Integer> times = Map.of(LockFault.FOLLOWER_CUT_OFF, LONG ? 10 : 1);

        LockRounds.requireAll(verdict(setup("locks-zookeeper-apart"), times, true));
    }

    /** The test of the test. */
    @Tag("long")
    @Test
    void aLockThatTrustsItsConnectionIsFound() throws IOException, InterruptedException {
        Map<LockFault, Integer> times = Map.of(LockFault.FOLLOWER_CUT_OFF, LONG ? 5 : 1);

        LockRounds.requireOverlaps(verdict(BrokenLocks.withoutProof(setup("control-zookeeper")), times, true));
    }

    private static LockSetup setup(String name) throws IOException {
        return LockSetup.on(WorkerLock.Kind.ZOOKEEPER, LEASE, ChaosSettings.folder(name));
    }

    private static LockVerdict verdict(LockSetup setup, Map<LockFault, Integer> times, boolean apart)
            throws IOException, InterruptedException {
        try (ZooKeeperUnderFault store = new ZooKeeperUnderFault(setup, apart)) {
            return LockRounds.verdict(setup, times, store);
        }
    }
}
