package dev.pawl.idgen.jdbc;

import dev.pawl.servers.MySql;
import dev.pawl.servers.MySqlServer;
import dev.pawl.servers.SqlServer;

@MySql
final class MySqlJdbcIT extends NetworkedStoreContract {

    private final MySqlServer server;

    MySqlJdbcIT(MySqlServer server) {
        this.server = server;
    }

    @Override
    SqlServer server() {
        return server;
    }
}
