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
    private final Map<LockFault, Integer> inShort;

    LocksOnSqlContract(String name, Map<LockFault, Integer> inShort) {
        this.name = name;
        this.inShort = inShort;
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
                : inShort;

        LockRounds.requireAll(verdict(setup(""), times));
    }

    /** Without the rows two handles may be valid. */
    @Tag("long")
    @Test
    final void noUpdateIsLostAndTokensRiseWhenRowsAreDeleted() throws Exception {
        Map<LockFault, Integer> times = Map.of(LockFault.FLUSHED, LONG ? 15 : 1);

        LockRounds.requireAllButIntervals(verdict(setup("-emptied"), times));
    }

    /** The test of the test. */
    @Tag("long")
    @Test
    final void aLockThatHoldsUntilItIsToldOtherwiseIsFound() throws Exception {
        Map<LockFault, Integer> times = Map.of(LockFault.HOLDER_PAUSED, LONG ? 5 : 1);

        LockRounds.requireOverlaps(verdict(BrokenLocks.withoutAClock(setup("-control")), times));
    }

    final LockSetup setup(String round) throws IOException {
        return LockSetup.on(WorkerLock.Kind.JDBC, LEASE, ChaosSettings.folder(name + round));
    }

    final LockVerdict verdict(LockSetup setup, Map<LockFault, Integer> times) throws Exception {
        try (SqlUnderFault store = open()) {
            return LockRounds.verdict(setup, times, store);
        }
    }
}
