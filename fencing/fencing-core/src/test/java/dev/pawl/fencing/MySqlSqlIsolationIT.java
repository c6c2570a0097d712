package dev.pawl.fencing;

import dev.pawl.servers.MySql;
import dev.pawl.servers.MySqlServer;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@MySql
@ParameterizedClass
@ValueSource(ints = {Connection.TRANSACTION_READ_COMMITTED, Connection.TRANSACTION_REPEATABLE_READ})
final class MySqlSqlIsolationIT extends SqlIsolationContract {

    private final MySqlServer server;

    MySqlSqlIsolationIT(int isolation, MySqlServer server) {
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
