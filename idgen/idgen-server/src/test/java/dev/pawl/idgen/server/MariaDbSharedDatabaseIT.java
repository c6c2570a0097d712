package dev.pawl.idgen.server;

import dev.pawl.servers.MariaDb;
import dev.pawl.servers.MariaDbServer;
import dev.pawl.servers.SqlServer;
import org.junit.jupiter.api.Tag;

@Tag("slow")
@MariaDb
final class MariaDbSharedDatabaseIT extends SharedDatabaseContract {

    private final MariaDbServer server;

    MariaDbSharedDatabaseIT(MariaDbServer server) {
        this.server = server;
    }

    @Override
    SqlServer server() {
        return server;
    }
}
