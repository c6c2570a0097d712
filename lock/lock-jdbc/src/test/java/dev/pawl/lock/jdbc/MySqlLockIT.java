package dev.pawl.lock.jdbc;

import dev.pawl.servers.MySql;
import dev.pawl.servers.MySqlServer;
import javax.sql.DataSource;
import org.junit.jupiter.api.Tag;

@MySql
@Tag("slow")
final class MySqlLockIT extends JdbcLockContract {

    private final MySqlServer server;

    MySqlLockIT(MySqlServer server) {
        this.server = server;
    }

    @Override
    DataSource dataSource() {
        return Pools.of(server.url());
    }
}
