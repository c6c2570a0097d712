package dev.pawl.idgen.jdbc;

import dev.pawl.servers.Postgres;
import dev.pawl.servers.PostgresServer;
import dev.pawl.servers.SqlServer;

@Postgres
final class PostgresSnowflakeIT extends SnowflakeOnJdbcContract {

    private final PostgresServer server;

    PostgresSnowflakeIT(PostgresServer server) {
        this.server = server;
    }

    @Override
    SqlServer server() {
        return server;
    }
}
