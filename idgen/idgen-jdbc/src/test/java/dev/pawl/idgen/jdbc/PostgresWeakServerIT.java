package dev.pawl.idgen.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.idgen.Guarantee.Level;
import dev.pawl.servers.Postgres;
import dev.pawl.servers.PostgresServer;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

@Postgres(settings = {"fsync=off", "full_page_writes=off"})
final class PostgresWeakServerIT {

    @Test
    void aServerThatDoesNotSyncGivesNoProof(PostgresServer server) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(server.url());
        JdbcSegmentStore store = JdbcSegmentStore.of(dataSource, ThreadPerTask.INSTANCE);
        store.createSchema();
        assertThat(store.guarantee().level()).isEqualTo(Level.BEST_EFFORT);
        assertThat(store.guarantee().scope()).endsWith(", weakened by fsync=off, full_page_writes=off");
    }
}
