package dev.pawl.idgen.jdbc;

import dev.pawl.servers.MariaDb;
import dev.pawl.servers.MariaDbServer;
import dev.pawl.servers.SqlServer;
import org.junit.jupiter.api.Tag;

@Tag("slow")
@MariaDb
final class MariaDbSnowflakeIT extends SnowflakeOnJdbcContract {

    private final MariaDbServer server;

    MariaDbSnowflakeIT(MariaDbServer server) {
        this.server = server;
    }

    @Override
    SqlServer server() {
        return server;
    }
}
