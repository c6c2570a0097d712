package dev.pawl.idgen.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.pawl.idgen.Guarantee.Level;
import dev.pawl.idgen.spi.SegmentStore;
import dev.pawl.servers.MySql;
import dev.pawl.servers.MySqlServer;
import dev.pawl.testkit.SegmentStoreTck;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each store has a pool of its own, as each process has; the pools hand out connections with auto-commit off. */
@MySql
final class MySqlSegmentStoreIT extends SegmentStoreTck {

    private final MySqlServer server;
    private final List<HikariDataSource> pools = new ArrayList<>();

    MySqlSegmentStoreIT(MySqlServer server) {
        this.server = server;
    }

    @AfterEach
    void closePools() {
        pools.forEach(HikariDataSource::close);
    }

    @Override
    protected SegmentStore open() {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(server.url());
        config.setMaximumPoolSize(4);
        config.setMinimumIdle(1);
        config.setAutoCommit(false);
        HikariDataSource pool = new HikariDataSource(config);
        pools.add(pool);
        JdbcSegmentStore store = JdbcSegmentStore.of(pool, ThreadPerTask.INSTANCE);
        store.createSchema();
        return store;
    }

    @Test
    void theGuaranteeIsProvenOnAServerThatSyncs() {
        assertThat(open().guarantee()).satisfies(guarantee -> {
            assertThat(guarantee.level()).isEqualTo(Level.PROVEN);
            assertThat(guarantee.scope()).startsWith("table pawl_segment in MySQL database pawl_");
        });
    }
}
