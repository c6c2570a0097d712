package dev.pawl.lock.jdbc;

import dev.pawl.servers.Postgres;
import dev.pawl.servers.PostgresServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

@Postgres
@Tag("slow")
@Isolated("kills the server that other classes use")
final class PostgresCrashIT {

    private final PostgresServer server;

    PostgresCrashIT(PostgresServer server) {
        this.server = server;
    }

    @Test
    void aServerThatIsKilledRightAfterItsAnswerHasTheGrant() throws Exception {
        Crashes.aServerThatIsKilledRightAfterItsAnswerHasTheGrant(server, ServerData.source(server.url()));
    }
}
