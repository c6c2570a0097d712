package dev.pawl.idgen.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.idgen.Guarantee;
import dev.pawl.idgen.Guarantee.Level;
import dev.pawl.idgen.spi.SegmentTag;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class H2JdbcIT extends JdbcSegmentStoreContract {

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

    @AfterEach
    void close() throws SQLException {
        keptOpen.close();
        keptOpen = null;
    }

    @BeforeEach
    void noUserIsLeft() throws SQLException {
        execute("DROP USER IF EXISTS nobody");
    }

    @Test
    void aTableOfTheFirstFormatIsUpgraded() throws SQLException {
        assertATableOfTheFirstFormatIsUpgraded();
    }

    @Test
    void theDefaultWriteDelayIsNamedAsTheWeakness() throws SQLException {
        assertThat(guaranteeOf("jdbc:h2:file:" + folder.resolve("weak")))
                .isEqualTo(new Guarantee(
                        Level.BEST_EFFORT,
                        "table pawl_segment in H2 file " + folder.resolve("weak") + ", weakened by WRITE_DELAY=500"));
    }

    @Test
    void aDatabaseInMemoryIsEphemeral() throws SQLException {
        assertThat(guaranteeOf("jdbc:h2:mem:ids").level()).isEqualTo(Level.EPHEMERAL);
        assertThat(guaranteeOf("jdbc:h2:file:memFS:/ids;WRITE_DELAY=0").level()).isEqualTo(Level.EPHEMERAL);
    }

    @Test
    void aTemporaryTableIsNamedAsTheWeakness() throws SQLException {
        execute("DROP TABLE pawl_segment");
        execute("CREATE GLOBAL TEMPORARY TABLE pawl_segment (tag VARCHAR(128))");
        JdbcSegmentStore store = store();
        Await.failure(store.reserve("orders", 1));
        assertThat(store.guarantee().scope()).endsWith(", weakened by a table that is temporary");
    }

    @Test
    void anUnknownDatabaseIsNotProven() throws SQLException {
        assertThat(store().guarantee().level()).isEqualTo(Level.BEST_EFFORT);
    }

    @Test
    void theSettingsAreReadAgainAfterAFailure() throws SQLException {
        JdbcDataSource changing = new JdbcDataSource();
        changing.setURL(EmbeddedH2.url(folder.resolve("ids")));
        JdbcSegmentStore store = JdbcSegmentStore.of(changing, ThreadPerTask.INSTANCE);
        Await.range(store.reserve("orders", 1));
        assertThat(store.guarantee().level()).isEqualTo(Level.PROVEN);
        // H2 applies the URL's settings with each connection.
        changing.setURL(changing.getURL().replace("WRITE_DELAY=0", "WRITE_DELAY=300"));
        execute("ALTER TABLE pawl_segment RENAME TO elsewhere");
        Await.failure(store.reserve("orders", 1));
        execute("ALTER TABLE elsewhere RENAME TO pawl_segment");
        Await.range(store.reserve("orders", 1));
        assertThat(store.guarantee().level()).isEqualTo(Level.BEST_EFFORT);
    }

    /** The range is committed and its number is used up, but it cannot be said to be on the disk. */
    @Test
    void aRangeThatCouldNotBeSyncedIsOfUnknownOutcome() throws SQLException {
        execute("CREATE USER nobody PASSWORD ''");
        execute("GRANT ALL ON pawl_segment TO nobody");
        JdbcDataSource nobody = new JdbcDataSource();
        nobody.setURL(EmbeddedH2.url(folder.resolve("ids")).replaceFirst(";.*", ""));
        nobody.setUser("nobody");
        JdbcSegmentStore store = JdbcSegmentStore.of(nobody, ThreadPerTask.INSTANCE);
        assertThat(Await.failure(store.reserve("orders", 10)).outcome())
                .isEqualTo(dev.pawl.common.BackendException.Outcome.UNKNOWN);
        assertThat(Await.range(store().reserve("orders", 10)).first()).isEqualTo(11);
    }

    private static Guarantee guaranteeOf(String url) throws SQLException {
        JdbcDataSource dataSource = new JdbcDataSource();
        dataSource.setURL(url);
        try (Connection open = dataSource.getConnection()) {
            JdbcSegmentStore store = JdbcSegmentStore.of(dataSource, ThreadPerTask.INSTANCE);
            store.createSchema();
            Await.value(store.create(SegmentTag.of("orders")));
            assertThat(open.isClosed()).isFalse();
            return store.guarantee();
        }
    }
}
