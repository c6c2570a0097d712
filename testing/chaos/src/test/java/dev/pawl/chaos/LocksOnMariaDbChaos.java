package dev.pawl.chaos;

import java.io.IOException;
import java.sql.SQLException;

/** Processes that count under one lock in MariaDB. */
final class LocksOnMariaDbChaos extends LocksOnSqlContract {

    LocksOnMariaDbChaos() {
        super("locks-mariadb");
    }

    @Override
    SqlUnderFault open() throws IOException, InterruptedException, SQLException {
        return SqlUnderFault.mariaDb();
    }
}
