package dev.pawl.fencing;

import dev.pawl.servers.MariaDb;
import dev.pawl.servers.MariaDbServer;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@MariaDb
@ParameterizedClass
@ValueSource(ints = {Connection.TRANSACTION_READ_COMMITTED, Connection.TRANSACTION_REPEATABLE_READ})
final class MariaDbSqlIsolationIT extends SqlIsolationContract {

    private final MariaDbServer server;

    MariaDbSqlIsolationIT(int isolation, MariaDbServer server) {
        super(isolation);
        this.server = server;
    }

    @Override
    Bank.Database database() throws SQLException {
        return Databases.at(server.url());
    }

    @Override
    boolean entersAtEveryIsolation() {
        return true;
    }

    @Override
    boolean tellsFirstStatement() {
        return true;
    }

    @Override
    boolean refusesUpdatesOfOldSnapshots() {
        return false;
    }

    @Override
    boolean waitsWithTheSnapshot() {
        return false;
    }
}
