package dev.pawl.chaos;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Processes that count under one lock in a database. */
abstract class LocksOnSqlContract {

    private static final boolean LONG = ChaosSettings.longRounds();
    private static final Duration LEASE = Duration.ofSeconds(2);

    private final String name;

    LocksOnSqlContract(String name) {
        this.name = name;
    }

    abstract SqlUnderFault open() throws IOException, InterruptedException, SQLException;

    @Test
    final void noUpdateIsLostAndNoTwoHandlesAreValidWhateverHappensToProcessesServerAndNetwork() throws Exception {
        Map<LockFault, Integer> times = LONG
                ? Map.of(
                        LockFault.HOLDER_PAUSED, 10,
                        LockFault.HOLDER_KILLED, 10,
                        LockFault.WAITER_KILLED, 10,
                        LockFault.SERVER_KILLED, 10,
                        LockFault.NETWORK_SLOW, 5,
                        LockFault.ACQUIRE_CUT, 10,
                        LockFault.RENEWAL_CUT, 10,
                        LockFault.RELEASE_CUT, 10)
                : Map.of(
                        LockFault.HOLDER_PAUSED, 1,
                        LockFault.HOLDER_KILLED, 1,
                        LockFault.SERVER_KILLED, 1,
                        LockFault.ACQUIRE_CUT, 1);

        LockRounds.requireAll(verdict(setup(name), times));
    }

    /** With a clock that is set two handles may be valid. */
    @Tag("long")
    @Test
    final void noUpdateIsLostAndTokensRiseWhenTheDatabasesClockMoves() throws Exception {
        Map<LockFault, Integer> times = Map.of(
                LockFault.CLOCK_FORWARD, LONG ? 10 : 1,
                LockFault.CLOCK_BACK, LONG ? 10 : 1);

        LockRounds.requireAllButIntervals(verdict(setup(name + "-clock"), times));
    }

    @Tag("long")
    @Test
    final void noUpdateIsLostAndTokensRiseWhenRowsAreDeleted() throws Exception {
        Map<LockFault, Integer> times = Map.of(LockFault.FLUSHED, LONG ? 15 : 1);

        LockRounds.requireAllButIntervals(verdict(setup(name + "-emptied"), times));
    }

    /** The test of the test. */
    @Tag("long")
    @Test
    final void aLockThatHoldsUntilItIsToldOtherwiseIsFound() throws Exception {
        Map<LockFault, Integer> times = Map.of(LockFault.HOLDER_PAUSED, LONG ? 5 : 1);

        LockRounds.requireOverlaps(verdict(BrokenLocks.withoutAClock(setup("control-" + name)), times));
    }

    private static LockSetup setup(String round) throws IOException {
        return LockSetup.on(WorkerLock.Kind.JDBC, LEASE, ChaosSettings.folder(round));
    }

    private LockVerdict verdict(LockSetup setup, Map<LockFault, Integer> times) throws Exception {
        try (SqlUnderFault store = open()) {
            return LockRounds.verdict(setup, times, store);
        }
    }
}
