package dev.pawl.chaos;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
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

        LockRounds.requireAll(verdict(name, times));
    }

    @Test
    final void noUpdateIsLostAndTokensRiseWhenTheDatabasesClockMovesAndRowsAreDeleted() throws Exception {
        Map<LockFault, Integer> times = Map.of(
                LockFault.CLOCK_FORWARD, LONG ? 10 : 1,
                LockFault.CLOCK_BACK, LONG ? 10 : 1);

        LockRounds.requireAllButIntervals(verdict(name + "-clock", times));
    }

    private LockVerdict verdict(String round, Map<LockFault, Integer> times) throws Exception {
        LockSetup setup = LockSetup.on(WorkerLock.Kind.JDBC, LEASE, ChaosSettings.folder(round));
        try (SqlUnderFault store = open()) {
            return LockRounds.verdict(setup, times, store);
        }
    }
}
