package dev.pawl.lock.jdbc;

import dev.pawl.servers.Postgres;
import dev.pawl.servers.PostgresServer;
import javax.sql.DataSource;

@Postgres
final class PostgresLockIT extends JdbcLockContract {

    private final PostgresServer server;

    PostgresLockIT(PostgresServer server) {
        this.server = server;
    }

    @Override
    DataSource dataSource() {
        return Pools.of(server.url());
    }
}
