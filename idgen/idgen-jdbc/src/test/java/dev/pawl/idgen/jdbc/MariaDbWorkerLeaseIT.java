package dev.pawl.idgen.jdbc;

import dev.pawl.servers.MariaDb;
import dev.pawl.servers.MariaDbServer;
import javax.sql.DataSource;

@MariaDb
final class MariaDbWorkerLeaseIT extends JdbcWorkerLeaseStoreContract {

    private final MariaDbServer server;

    MariaDbWorkerLeaseIT(MariaDbServer server) {
        this.server = server;
    }

    @Override
    DataSource dataSource() {
        return ServerData.source(server.url());
    }

    @Override
    String inAnotherTimeZone() {
        return "SET time_zone = '+13:00'";
    }
}
