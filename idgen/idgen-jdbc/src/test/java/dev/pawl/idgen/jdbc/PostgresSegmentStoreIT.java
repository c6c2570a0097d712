package dev.pawl.idgen.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.idgen.Guarantee.Level;
import dev.pawl.idgen.spi.SegmentStore;
import dev.pawl.servers.Postgres;
import dev.pawl.servers.PostgresServer;
import dev.pawl.testkit.SegmentStoreTck;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each store has a pool of its own, as each process has; the pools hand out connections with auto-commit off. */
@Postgres
final class PostgresSegmentStoreIT extends SegmentStoreTck {

    private final PostgresServer server;
    private final Pools pools = new Pools();

    PostgresSegmentStoreIT(PostgresServer server) {
        this.server = server;
    }

    @AfterEach
    void closePools() {
        pools.close();
    }

    @Override
    protected SegmentStore open() {
        JdbcSegmentStore store = JdbcSegmentStore.of(pools.open(server.url()), ThreadPerTask.INSTANCE);
        store.createSchema();
        return store;
    }

    @Test
    void theGuaranteeIsProvenOnAServerThatSyncs() {
        assertThat(open().guarantee()).satisfies(guarantee -> {
            assertThat(guarantee.level()).isEqualTo(Level.PROVEN);
            assertThat(guarantee.scope()).startsWith("table pawl_segment in PostgreSQL database pawl_");
        });
    }
}
