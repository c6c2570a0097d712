package dev.pawl.idgen.server;

import dev.pawl.servers.Postgres;
import dev.pawl.servers.PostgresServer;
import dev.pawl.servers.SqlServer;
import org.junit.jupiter.api.Tag;

@Postgres
@Tag("slow")
final class PostgresSharedDatabaseIT extends SharedDatabaseContract {

    private final PostgresServer server;

    PostgresSharedDatabaseIT(PostgresServer server) {
        this.server = server;
    }

    @Override
    SqlServer server() {
        return server;
    }
}
