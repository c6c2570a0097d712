package dev.pawl.testkit;

import dev.pawl.servers.MySql;
import dev.pawl.servers.MySqlServer;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.mariadb.jdbc.MariaDbDataSource;

@MySql
@ParameterizedClass
@ValueSource(ints = {Connection.TRANSACTION_READ_COMMITTED, Connection.TRANSACTION_REPEATABLE_READ})
final class MySqlFenceGuardIT extends JdbcFenceGuardContract {

    private final MySqlServer server;

    MySqlFenceGuardIT(int isolation, MySqlServer server) {
        super(isolation);
        this.server = server;
    }

    @Override
    DataSource dataSource() throws SQLException {
        return new MariaDbDataSource(server.url());
    }
}
