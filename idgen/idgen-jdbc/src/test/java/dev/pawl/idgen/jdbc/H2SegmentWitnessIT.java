package dev.pawl.idgen.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.pawl.common.BackendException.Outcome;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
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

    /** Who may not sync has committed the mark, but cannot say that it is on the disk. */
    @Test
    void everyChangeThatCouldNotBeSyncedIsOfUnknownOutcome() throws SQLException {
        assertThat(Await.value(witness().raise("orders", 1, 10))).isEmpty();
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE USER nobody PASSWORD ''");
            statement.execute("GRANT ALL ON pawl_witness TO nobody");
        }
        JdbcDataSource nobody = new JdbcDataSource();
        nobody.setURL(EmbeddedH2.url(folder.resolve("witness")).replaceFirst(";.*", ""));
        nobody.setUser("nobody");
        JdbcSegmentWitness witness = JdbcSegmentWitness.of(nobody, ThreadPerTask.INSTANCE);
        List<Supplier<CompletionStage<?>>> changes = List.of(
                () -> witness.raise("orders", 11, 20),
                () -> witness.lower("orders", 20, 15),
                () -> witness.raise("invoices", 1, 10));
        for (Supplier<CompletionStage<?>> change : changes) {
            assertThat(Await.failure(change.get()).outcome()).isEqualTo(Outcome.UNKNOWN);
        }
    }
}
