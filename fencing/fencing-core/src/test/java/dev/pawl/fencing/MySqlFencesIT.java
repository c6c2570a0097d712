package dev.pawl.fencing;

import dev.pawl.servers.MySql;
import dev.pawl.servers.MySqlServer;
import java.sql.SQLException;

@MySql
final class MySqlFencesIT extends JdbcFencesContract {

    private final MySqlServer server;

    MySqlFencesIT(MySqlServer server) {
        this.server = server;
    }

    @Override
    Bank.Database database() throws SQLException {
        return Databases.at(server.url());
    }
}
