package dev.pawl.testkit;

import dev.pawl.servers.MariaDb;
import dev.pawl.servers.MariaDbServer;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.mariadb.jdbc.MariaDbDataSource;

@MariaDb
@ParameterizedClass
@ValueSource(ints = {Connection.TRANSACTION_READ_COMMITTED, Connection.TRANSACTION_REPEATABLE_READ})
final class MariaDbFenceGuardIT extends JdbcFenceGuardContract {

    private final MariaDbServer server;

    MariaDbFenceGuardIT(int isolation, MariaDbServer server) {
        super(isolation);
        this.server = server;
    }

    @Override
    DataSource dataSource() throws SQLException {
        return new MariaDbDataSource(server.url());
    }
}
