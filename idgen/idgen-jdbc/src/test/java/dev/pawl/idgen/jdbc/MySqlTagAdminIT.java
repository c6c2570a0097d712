package dev.pawl.idgen.jdbc;

import dev.pawl.idgen.spi.SegmentStore;
import dev.pawl.servers.MySql;
import dev.pawl.servers.MySqlServer;
import dev.pawl.testkit.TagAdminTck;
import java.sql.SQLException;
import org.mariadb.jdbc.MariaDbDataSource;

@MySql
final class MySqlTagAdminIT extends TagAdminTck {

    private final MySqlServer server;

    MySqlTagAdminIT(MySqlServer server) {
        this.server = server;
    }

    @Override
    protected SegmentStore open() throws SQLException {
        JdbcSegmentStore store = JdbcSegmentStore.of(new MariaDbDataSource(server.url()), ThreadPerTask.INSTANCE);
        store.createSchema();
        return store;
    }
}
