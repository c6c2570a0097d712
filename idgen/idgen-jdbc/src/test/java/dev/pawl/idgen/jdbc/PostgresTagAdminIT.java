package dev.pawl.idgen.jdbc;

import dev.pawl.idgen.spi.SegmentStore;
import dev.pawl.servers.Postgres;
import dev.pawl.servers.PostgresServer;
import dev.pawl.testkit.TagAdminTck;
import org.postgresql.ds.PGSimpleDataSource;

@Postgres
final class PostgresTagAdminIT extends TagAdminTck {

    private final PostgresServer server;

    PostgresTagAdminIT(PostgresServer server) {
        this.server = server;
    }

    @Override
    protected SegmentStore open() {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(server.url());
        JdbcSegmentStore store = JdbcSegmentStore.of(dataSource, ThreadPerTask.INSTANCE);
        store.createSchema();
        return store;
    }
}
