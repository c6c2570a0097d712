package dev.pawl.idgen.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

final class H2PeerTablesIT extends PeerTablesContract {

    @TempDir
    private Path folder;

    private HikariDataSource pool;

    @Override
    DataSource dataSource() {
        if (pool == null) {
            HikariConfig config = new HikariConfig();
            config.setJdbcUrl(EmbeddedH2.url(folder.resolve("ids")));
            pool = new HikariDataSource(config);
        }
        return pool;
    }

    @AfterEach
    void close() {
        pool.close();
    }
}
