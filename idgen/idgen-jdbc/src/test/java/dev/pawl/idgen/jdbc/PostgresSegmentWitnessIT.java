package dev.pawl.idgen.jdbc;

import dev.pawl.servers.Postgres;
import dev.pawl.servers.PostgresServer;
import dev.pawl.servers.SqlServer;

@Postgres
final class PostgresSegmentWitnessIT extends NetworkedSegmentWitnessContract {

    private final PostgresServer server;

    PostgresSegmentWitnessIT(PostgresServer server) {
        this.server = server;
    }

    @Override
    SqlServer server() {
        return server;
    }
}
