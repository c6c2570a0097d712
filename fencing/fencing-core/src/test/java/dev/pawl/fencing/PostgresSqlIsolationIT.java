package dev.pawl.fencing;

import dev.pawl.servers.Postgres;
import dev.pawl.servers.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@Postgres
@ParameterizedClass
@ValueSource(ints = {Connection.TRANSACTION_READ_COMMITTED, Connection.TRANSACTION_REPEATABLE_READ})
final class PostgresSqlIsolationIT extends SqlIsolationContract {

    private final PostgresServer server;

    PostgresSqlIsolationIT(int isolation, PostgresServer server) {
        super(isolation);
        this.server = server;
    }

    @Override
    Bank.Database database() throws SQLException {
        return Databases.at(server.url());
    }

    @Override
    boolean entersAtEveryIsolation() {
        return false;
    }

    @Override
    boolean tellsFirstStatement() {
        return true;
    }

    @Override
    boolean refusesUpdatesOfOldSnapshots() {
        return true;
    }

    @Override
    boolean waitsWithTheSnapshot() {
        return true;
    }
}
