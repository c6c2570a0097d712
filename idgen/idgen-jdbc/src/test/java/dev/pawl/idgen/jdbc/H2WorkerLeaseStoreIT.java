package dev.pawl.idgen.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.pawl.idgen.Guarantee;
import dev.pawl.idgen.Guarantee.Level;
import dev.pawl.idgen.spi.WorkerLeaseStore;
import dev.pawl.testkit.WorkerLeaseStoreTck;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class H2WorkerLeaseStoreIT extends WorkerLeaseStoreTck {

    @TempDir
    private Path folder;

    private HikariDataSource pool;

    @BeforeEach
    void openDatabase() {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(EmbeddedH2.url(folder.resolve("ids")));
        pool = new HikariDataSource(config);
    }

    @AfterEach
    void closeDatabase() {
        pool.close();
    }

    @Override
    protected WorkerLeaseStore open() {
        JdbcWorkerLeaseStore store = JdbcWorkerLeaseStore.of(pool, ThreadPerTask.INSTANCE);
        store.createSchema();
        return store;
    }

    @Test
    void theGuaranteeIsProvenAndNamesTheFile() {
        assertThat(open().guarantee())
                .isEqualTo(new Guarantee(Level.PROVEN, "table pawl_worker in H2 file " + folder.resolve("ids")));
    }
}
