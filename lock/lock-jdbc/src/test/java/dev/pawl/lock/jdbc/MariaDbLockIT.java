package dev.pawl.lock.jdbc;

import dev.pawl.servers.MariaDb;
import dev.pawl.servers.MariaDbServer;
import javax.sql.DataSource;
import org.junit.jupiter.api.Tag;

@MariaDb
@Tag("slow")
final class MariaDbLockIT extends JdbcLockContract {

    private final MariaDbServer server;

    MariaDbLockIT(MariaDbServer server) {
        this.server = server;
    }

    @Override
    DataSource dataSource() {
        return Pools.of(server.url());
    }
}
