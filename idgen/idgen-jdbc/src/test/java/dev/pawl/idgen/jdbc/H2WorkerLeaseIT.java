package dev.pawl.idgen.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.common.BackendException.Outcome;
import dev.pawl.idgen.Guarantee;
import dev.pawl.idgen.Guarantee.Level;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class H2WorkerLeaseIT extends JdbcWorkerLeaseStoreContract {

    @TempDir
    private static Path folder;

    private static final JdbcDataSource DATA_SOURCE = new JdbcDataSource();

    /** The database is open as long as one connection is. */
    private static Connection keptOpen;

    @Override
    DataSource dataSource() throws SQLException {
        if (keptOpen == null) {
            DATA_SOURCE.setURL(EmbeddedH2.url(folder.resolve("ids")));
            keptOpen = DATA_SOURCE.getConnection();
        }
        return DATA_SOURCE;
    }

    @Override
    String inAnotherTimeZone() {
        return "SET TIME ZONE '+14:00'";
    }

    @AfterEach
    void close() throws SQLException {
        keptOpen.close();
        keptOpen = null;
    }

    @Test
    void theDefaultWriteDelayIsNamedAsTheWeakness() throws SQLException {
        assertThat(guaranteeOf("jdbc:h2:file:" + folder.resolve("weak")))
                .isEqualTo(new Guarantee(
                        Level.BEST_EFFORT,
                        "table pawl_worker in H2 file " + folder.resolve("weak") + ", weakened by WRITE_DELAY=500"));
    }

    @Test
    void aDatabaseInMemoryIsEphemeral() throws SQLException {
        assertThat(guaranteeOf("jdbc:h2:mem:ids").level()).isEqualTo(Level.EPHEMERAL);
    }

    /** The record is committed, but it cannot be said to be on the disk. */
    @Test
    void aRecordThatCouldNotBeSyncedIsOfUnknownOutcome() throws SQLException {
        execute("DROP USER IF EXISTS nobody");
        execute("CREATE USER nobody PASSWORD ''");
        execute("GRANT ALL ON pawl_worker TO nobody");
        JdbcDataSource nobody = new JdbcDataSource();
        nobody.setURL(EmbeddedH2.url(folder.resolve("ids")).replaceFirst(";.*", ""));
        nobody.setUser("nobody");
        JdbcWorkerLeaseStore store = JdbcWorkerLeaseStore.of(nobody, ThreadPerTask.INSTANCE);
        assertThat(Await.failure(store.compareAndSet("orders", Optional.of(FIRST), SECOND))
                        .outcome())
                .isEqualTo(Outcome.UNKNOWN);
        assertThat(Await.value(store().compareAndSet("orders", Optional.of(SECOND), THIRD)))
                .isTrue();
    }

    private static Guarantee guaranteeOf(String url) throws SQLException {
        JdbcDataSource dataSource = new JdbcDataSource();
        dataSource.setURL(url);
        try (Connection open = dataSource.getConnection()) {
            JdbcWorkerLeaseStore store = JdbcWorkerLeaseStore.of(dataSource, ThreadPerTask.INSTANCE);
            store.createSchema();
            Await.value(store.readAll("orders"));
            assertThat(open.isClosed()).isFalse();
            return store.guarantee();
        }
    }
}
