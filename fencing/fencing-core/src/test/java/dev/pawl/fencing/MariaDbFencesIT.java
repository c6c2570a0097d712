package dev.pawl.fencing;

import dev.pawl.servers.MariaDb;
import dev.pawl.servers.MariaDbServer;
import dev.pawl.servers.SqlServer;

@MariaDb
final class MariaDbFencesIT extends NetworkedFencesContract {

    private final MariaDbServer server;

    MariaDbFencesIT(MariaDbServer server) {
        this.server = server;
    }

    @Override
    SqlServer server() {
        return server;
    }
}
