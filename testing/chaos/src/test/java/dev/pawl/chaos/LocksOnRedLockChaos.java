package dev.pawl.chaos;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Processes that count under one lock on five Redis that know nothing of each other. */
final class LocksOnRedLockChaos {

    private static final boolean LONG = ChaosSettings.longRounds();
    private static final Duration LEASE = Duration.ofSeconds(1);

    @Test
    void noUpdateIsLostAndNoTwoHandlesAreValidWhateverHappensToProcessesNodesAndNetwork()
            throws IOException, InterruptedException {
        Map<LockFault, Integer> times = LONG
                ? Map.of(
                        LockFault.HOLDER_PAUSED, 10,
                        LockFault.HOLDER_KILLED, 10,
                        LockFault.WAITER_KILLED, 10,
                        LockFault.SERVER_KILLED, 5,
                        LockFault.NODES_EMPTIED, 5,
                        LockFault.FLUSHED, 5,
                        LockFault.NETWORK_SLOW, 5,
                        LockFault.ACQUIRE_CUT, 10,
                        LockFault.RENEWAL_CUT, 10,
                        LockFault.RELEASE_CUT, 10)
                : Map.of(
                        LockFault.HOLDER_PAUSED, 1,
                        LockFault.HOLDER_KILLED, 1,
                        LockFault.NODES_EMPTIED, 1,
                        LockFault.ACQUIRE_CUT, 1);

        LockRounds.requireAll(verdict("locks-redlock", times, false));
    }

    /** Where the clocks of a quorum are set two handles may be valid. */
    @Tag("long")
    @Test
    void noUpdateIsLostAndTokensRiseWhenTheClocksOfAQuorumMove() throws IOException, InterruptedException {
        Map<LockFault, Integer> times = Map.of(
                LockFault.CLOCK_FORWARD, LONG ? 10 : 1,
                LockFault.CLOCK_BACK, LONG ? 10 : 1);

        LockRounds.requireAllButIntervals(verdict("locks-redlock-clock", times, false));
    }

    /** The test of the test: nodes that were never watched let two hold at the same time. */
    @Tag("long")
    @Test
    void nodesThatVoteAtOnceAfterALossOfTheirDataAreFound() throws IOException, InterruptedException {
        LockRounds.requireOverlaps(verdict("control-redlock", Map.of(LockFault.FLUSHED, LONG ? 5 : 1), true));
    }

    private static LockVerdict verdict(String name, Map<LockFault, Integer> times, boolean hasty)
            throws IOException, InterruptedException {
        LockSetup setup = LockSetup.on(WorkerLock.Kind.REDLOCK, LEASE, ChaosSettings.folder(name));
        try (RedLockUnderFault store = new RedLockUnderFault(setup, hasty)) {
            return LockRounds.verdict(setup, times, store);
        }
    }
}
