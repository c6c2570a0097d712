package dev.pawl.chaos;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
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
                ? Map.of(
                        LockFault.HOLDER_PAUSED, 10,
                        LockFault.HOLDER_KILLED, 10,
                        LockFault.WAITER_KILLED, 10,
                        LockFault.SERVER_KILLED, 5,
                        LockFault.LEADER_KILLED, 10,
                        LockFault.FOLLOWER_CUT_OFF, 10,
                        LockFault.NETWORK_SLOW, 5,
                        LockFault.ACQUIRE_CUT, 10,
                        LockFault.RENEWAL_CUT, 10,
                        LockFault.RELEASE_CUT, 10)
                : Map.of(
                        LockFault.HOLDER_PAUSED, 1,
                        LockFault.HOLDER_KILLED, 1,
                        LockFault.FOLLOWER_CUT_OFF, 1,
                        LockFault.ACQUIRE_CUT, 1);

        LockRounds.requireAll(verdict("locks-zookeeper", times));
    }

    @Test
    void noUpdateIsLostAndTokensRiseWhenSessionsAreEndedAndNodesDeleted() throws IOException, InterruptedException {
        Map<LockFault, Integer> times = Map.of(
                LockFault.SESSION_ENDED, LONG ? 15 : 2,
                LockFault.FLUSHED, LONG ? 15 : 1);

        LockRounds.requireAllButIntervals(verdict("locks-zookeeper-expired", times));
    }

    private static LockVerdict verdict(String name, Map<LockFault, Integer> times)
            throws IOException, InterruptedException {
        LockSetup setup = LockSetup.on(WorkerLock.Kind.ZOOKEEPER, LEASE, ChaosSettings.folder(name));
        try (ZooKeeperUnderFault store = new ZooKeeperUnderFault()) {
            return LockRounds.verdict(setup, times, store);
        }
    }
}
