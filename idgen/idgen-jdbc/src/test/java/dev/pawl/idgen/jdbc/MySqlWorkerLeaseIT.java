package dev.pawl.idgen.jdbc;

import dev.pawl.servers.MySql;
import dev.pawl.servers.MySqlServer;
import java.sql.SQLException;
import javax.sql.DataSource;

@MySql
final class MySqlWorkerLeaseIT extends JdbcWorkerLeaseStoreContract {

    private final MySqlServer server;

    MySqlWorkerLeaseIT(MySqlServer server) {
        this.server = server;
    }

    @Override
    DataSource dataSource() throws SQLException {
        return ServerData.source(server.url());
    }

    @Override
    String inAnotherTimeZone() {
        return "SET time_zone = '+13:00'";
    }
}
