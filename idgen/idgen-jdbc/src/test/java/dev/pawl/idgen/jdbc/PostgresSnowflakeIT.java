package dev.pawl.idgen.jdbc;

import dev.pawl.servers.Postgres;
import dev.pawl.servers.PostgresServer;
import dev.pawl.servers.SqlServer;
import org.junit.jupiter.api.Tag;

@Postgres
@Tag("slow")
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
