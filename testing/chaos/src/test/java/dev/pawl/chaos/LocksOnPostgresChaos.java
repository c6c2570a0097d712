package dev.pawl.chaos;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Map;

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
}
