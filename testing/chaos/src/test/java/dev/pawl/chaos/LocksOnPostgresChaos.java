package dev.pawl.chaos;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Processes that count under one lock in PostgreSQL. */
final class LocksOnPostgresChaos extends LocksOnSqlContract {

    LocksOnPostgresChaos() {
        super(
                "locks-postgres",
                Map.of(
                        LockFault.HOLDER_PAUSED, 1,
                        LockFault.HOLDER_KILLED, 1,
                        LockFault.SERVER_KILLED, 1,
                        LockFault.ACQUIRE_CUT, 1));
    }

    @Override
    SqlUnderFault open() throws IOException, InterruptedException, SQLException {
        return SqlUnderFault.postgres();
    }

    /**
     * With a clock that is set two handles may be valid. Not on MariaDB, which waits for times of day, and stalls if its clock
     * alone is another one.
     */
    @Tag("long")
    @Test
    void noUpdateIsLostAndTokensRiseWhenTheDatabasesClockMoves() throws Exception {
        Map<LockFault, Integer> times = Map.of(
                LockFault.CLOCK_FORWARD, ChaosSettings.longRounds() ? 10 : 1,
                LockFault.CLOCK_BACK, ChaosSettings.longRounds() ? 10 : 1);

        LockRounds.requireAllButIntervals(verdict(setup("-clock"), times));
    }
}
