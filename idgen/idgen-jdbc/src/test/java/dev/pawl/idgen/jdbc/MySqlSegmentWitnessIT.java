package dev.pawl.idgen.jdbc;

import dev.pawl.servers.MySql;
import dev.pawl.servers.MySqlServer;
import java.sql.SQLException;
import javax.sql.DataSource;

@MySql
final class MySqlSegmentWitnessIT extends JdbcSegmentWitnessContract {

    private final MySqlServer server;

    MySqlSegmentWitnessIT(MySqlServer server) {
        this.server = server;
    }

    @Override
    DataSource dataSource() throws SQLException {
        return ServerData.source(server.url());
    }
}
