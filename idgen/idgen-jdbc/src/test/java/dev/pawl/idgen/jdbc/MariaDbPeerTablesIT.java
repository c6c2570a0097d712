package dev.pawl.idgen.jdbc;

import dev.pawl.servers.MariaDb;
import dev.pawl.servers.MariaDbServer;
import java.sql.SQLException;
import javax.sql.DataSource;

@MariaDb
final class MariaDbPeerTablesIT extends PeerTablesContract {

    private final MariaDbServer server;

    MariaDbPeerTablesIT(MariaDbServer server) {
        this.server = server;
    }

    @Override
    DataSource dataSource() throws SQLException {
        return ServerData.source(server.url());
    }
}
