package dev.pawl.idgen.jdbc;

import dev.pawl.servers.MariaDb;
import dev.pawl.servers.MariaDbServer;
import javax.sql.DataSource;

@MariaDb
final class MariaDbSegmentWitnessIT extends JdbcSegmentWitnessContract {

    private final MariaDbServer server;

    MariaDbSegmentWitnessIT(MariaDbServer server) {
        this.server = server;
    }

    @Override
    DataSource dataSource() {
        return ServerData.source(server.url());
    }
}
