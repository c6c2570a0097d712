package dev.pawl.idgen.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.pawl.idgen.Guarantee.Level;
import dev.pawl.idgen.spi.WorkerLeaseStore;
import dev.pawl.servers.MariaDb;
import dev.pawl.servers.MariaDbServer;
import dev.pawl.testkit.WorkerLeaseStoreTck;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each store has a pool of its own, as each process has; the pools hand out connections with auto-commit off. */
@MariaDb
final class MariaDbWorkerLeaseStoreIT extends WorkerLeaseStoreTck {

    private final MariaDbServer server;
    private final List<HikariDataSource> pools = new ArrayList<>();

    MariaDbWorkerLeaseStoreIT(MariaDbServer server) {
        this.server = server;
    }

    @AfterEach
    void closePools() {
        pools.forEach(HikariDataSource::close);
    }

    @Override
    protected WorkerLeaseStore open() {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(server.url());
        config.setMaximumPoolSize(4);
        config.setMinimumIdle(1);
        config.setAutoCommit(false);
        HikariDataSource pool = new HikariDataSource(config);
        pools.add(pool);
        JdbcWorkerLeaseStore store = JdbcWorkerLeaseStore.of(pool, ThreadPerTask.INSTANCE);
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
