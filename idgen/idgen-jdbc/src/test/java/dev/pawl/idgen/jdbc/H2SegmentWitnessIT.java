package dev.pawl.idgen.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

final class H2SegmentWitnessIT extends JdbcSegmentWitnessContract {

    @TempDir
    private Path folder;

    private HikariDataSource pool;

    @BeforeEach
    void openDatabase() {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(EmbeddedH2.url(folder.resolve("witness")));
        pool = new HikariDataSource(config);
    }

    @AfterEach
    void closeDatabase() {
        pool.close();
    }

    @Override
    DataSource dataSource() {
        return pool;
    }
}
