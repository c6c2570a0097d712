package dev.pawl.fencing;

import dev.pawl.servers.Postgres;
import dev.pawl.servers.PostgresServer;
import dev.pawl.servers.SqlServer;

@Postgres
final class PostgresFencesIT extends NetworkedFencesContract {

    private final PostgresServer server;

    PostgresFencesIT(PostgresServer server) {
        this.server = server;
    }

    @Override
    SqlServer server() {
        return server;
    }
}
