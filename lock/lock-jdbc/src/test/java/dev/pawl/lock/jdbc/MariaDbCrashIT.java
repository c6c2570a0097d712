package dev.pawl.lock.jdbc;

import dev.pawl.servers.MariaDb;
import dev.pawl.servers.MariaDbServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

@MariaDb
@Tag("slow")
@Isolated("kills the server that other classes use")
final class MariaDbCrashIT {

    private final MariaDbServer server;

    MariaDbCrashIT(MariaDbServer server) {
        this.server = server;
    }

    @Test
    void aServerThatIsKilledRightAfterItsAnswerHasTheGrant() throws Exception {
        Crashes.aServerThatIsKilledRightAfterItsAnswerHasTheGrant(server, ServerData.source(server.url()));
    }
}
