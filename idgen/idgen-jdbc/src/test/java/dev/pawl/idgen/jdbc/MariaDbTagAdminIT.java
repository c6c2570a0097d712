package dev.pawl.idgen.jdbc;

import dev.pawl.idgen.spi.SegmentStore;
import dev.pawl.servers.MariaDb;
import dev.pawl.servers.MariaDbServer;
import dev.pawl.testkit.TagAdminTck;
import java.sql.SQLException;
import org.mariadb.jdbc.MariaDbDataSource;

@MariaDb
final class MariaDbTagAdminIT extends TagAdminTck {

    private final MariaDbServer server;

    MariaDbTagAdminIT(MariaDbServer server) {
        this.server = server;
    }

    @Override
    protected SegmentStore open() throws SQLException {
        JdbcSegmentStore store = JdbcSegmentStore.of(new MariaDbDataSource(server.url()), ThreadPerTask.INSTANCE);
        store.createSchema();
        return store;
    }
}
