package dev.pawl.chaos;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Map;

/** Processes that count under one lock in MariaDB. */
final class LocksOnMariaDbChaos extends LocksOnSqlContract {

    LocksOnMariaDbChaos() {
        super("locks-mariadb", Map.of(LockFault.HOLDER_KILLED, 1, LockFault.SERVER_KILLED, 1));
    }

    @Override
    SqlUnderFault open() throws IOException, InterruptedException, SQLException {
        return SqlUnderFault.mariaDb();
    }
}
