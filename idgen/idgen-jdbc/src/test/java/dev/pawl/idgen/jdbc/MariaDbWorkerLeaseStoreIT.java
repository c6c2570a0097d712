package dev.pawl.idgen.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.idgen.Guarantee.Level;
import dev.pawl.idgen.spi.WorkerLeaseStore;
import dev.pawl.servers.MariaDb;
import dev.pawl.servers.MariaDbServer;
import dev.pawl.testkit.WorkerLeaseStoreTck;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each store has a pool of its own, as each process has; the pools hand out connections with auto-commit off. */
@MariaDb
final class MariaDbWorkerLeaseStoreIT extends WorkerLeaseStoreTck {

    private final MariaDbServer server;
    private final Pools pools = new Pools();

    MariaDbWorkerLeaseStoreIT(MariaDbServer server) {
        this.server = server;
    }

    @AfterEach
    void closePools() {
        pools.close();
    }

    @Override
    protected WorkerLeaseStore open() {
        JdbcWorkerLeaseStore store = JdbcWorkerLeaseStore.of(pools.open(server.url()), ThreadPerTask.INSTANCE);
        store.createSchema();
        return store;
    }

    @Test
    void theGuaranteeIsProvenOnAServerThatSyncs() {
        assertThat(open().guarantee()).satisfies(guarantee -> {
            assertThat(guarantee.level()).isEqualTo(Level.PROVEN);
            assertThat(guarantee.scope()).startsWith("table pawl_worker in MariaDB database pawl_");
        });
    }
}
