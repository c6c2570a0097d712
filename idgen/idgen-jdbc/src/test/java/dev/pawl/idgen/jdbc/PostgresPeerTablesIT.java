package dev.pawl.idgen.jdbc;

import dev.pawl.servers.Postgres;
import dev.pawl.servers.PostgresServer;
import java.sql.SQLException;
import javax.sql.DataSource;

@Postgres
final class PostgresPeerTablesIT extends PeerTablesContract {

    private final PostgresServer server;

    PostgresPeerTablesIT(PostgresServer server) {
        this.server = server;
    }

    @Override
    DataSource dataSource() throws SQLException {
        return ServerData.source(server.url());
    }
}
