package dev.pawl.idgen.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.pawl.idgen.spi.SegmentStore;
import dev.pawl.testkit.TagAdminTck;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

final class H2TagAdminIT extends TagAdminTck {

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
    protected SegmentStore open() {
        JdbcSegmentStore store = JdbcSegmentStore.of(pool, ThreadPerTask.INSTANCE);
        store.createSchema();
        return store;
    }
}
