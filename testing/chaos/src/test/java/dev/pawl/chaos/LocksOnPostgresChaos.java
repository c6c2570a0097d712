package dev.pawl.chaos;

import java.io.IOException;
import java.sql.SQLException;

/** Processes that count under one lock in PostgreSQL. */
final class LocksOnPostgresChaos extends LocksOnSqlContract {

    LocksOnPostgresChaos() {
        super("locks-postgres");
    }

    @Override
    SqlUnderFault open() throws IOException, InterruptedException, SQLException {
        return SqlUnderFault.postgres();
    }
}
