package dev.pawl.idgen.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.idgen.spi.Reservation.Range;
import dev.pawl.idgen.spi.ResetPeriod;
import dev.pawl.idgen.spi.SegmentTag;
import dev.pawl.idgen.spi.TagState;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the store owes on every database, beyond what every segment store owes. */
abstract class JdbcSegmentStoreContract {

    private static final SegmentTag TAG = SegmentTag.of("orders");

    /** Connections to one empty database, with auto-commit on. */
    abstract DataSource dataSource() throws SQLException;

    /** Makes the table, and the tag, anew. */
    @BeforeEach
    void makeTheTag() throws SQLException {
        execute("DROP TABLE IF EXISTS pawl_segment");
        store().createSchema();
        assertThat(Await.value(store().create(TAG))).isTrue();
    }

    @Test
    void aRollbackOfTheCallersTransactionDoesNotRollAReservationBack() throws SQLException {
        try (Connection callers = dataSource().getConnection()) {
            callers.setAutoCommit(false);
            try (Statement statement = callers.createStatement()) {
                statement.execute("SELECT 1");
            }
            JdbcSegmentStore store =
                    JdbcSegmentStore.of(new ThreadBound(dataSource(), callers), ThreadPerTask.INSTANCE);
            assertThat(Await.range(store.reserve("orders", 100)).last()).isEqualTo(100);
            callers.rollback();
        }
        assertThat(Await.range(store().reserve("orders", 100)).first()).isEqualTo(101);
    }

    @Test
    void aConnectionWithAutoCommitOffIsSwitchedOnAndGivenBackAsItCame() throws SQLException {
        try (Connection connection = dataSource().getConnection()) {
            connection.setAutoCommit(false);
            DataSource off = new Always(connection);
            JdbcSegmentStore store = JdbcSegmentStore.of(off, ThreadPerTask.INSTANCE);
            assertThat(Await.range(store.reserve("orders", 100)).last()).isEqualTo(100);
            assertThat(connection.getAutoCommit()).isFalse();
            connection.rollback();
        }
        assertThat(Await.range(store().reserve("orders", 100)).first()).isEqualTo(101);
    }

    @Test
    void theCallersTransactionOnTheCallersThreadIsRefused() throws SQLException {
        try (Connection callers = dataSource().getConnection();
                Statement statement = callers.createStatement()) {
            callers.setAutoCommit(false);
            statement.execute("CREATE TABLE of_the_caller (x INT)");
            callers.rollback();
            JdbcSegmentStore store = JdbcSegmentStore.of(new Always(callers), Runnable::run);
            BackendException failure = Await.failure(store.reserve("orders", 100));
            assertThat(failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
            assertThat(failure).hasMessageContaining("transaction of the calling thread");
        }
        assertThat(Await.range(store().reserve("orders", 1)).first()).isEqualTo(1);
    }

    @Test
    void theSettingsOfASharedConnectionAreLeftAsTheyWere() throws SQLException {
        try (Connection connection = dataSource().getConnection()) {
            int networkTimeout = connection.getNetworkTimeout();
            JdbcSegmentStore store = JdbcSegmentStore.of(new Always(connection), ThreadPerTask.INSTANCE);
            Await.range(store.reserve("orders", 1));
            assertThat(connection.getAutoCommit()).isTrue();
            assertThat(connection.getNetworkTimeout()).isEqualTo(networkTimeout);
            try (Statement statement = connection.createStatement()) {
                assertThat(statement.getQueryTimeout()).isZero();
            }
        }
    }

    @Test
    void theRowSaysWhatWasDone() throws SQLException {
        Range range = Await.range(store().reserve("orders", 100));
        assertThat(row()).containsExactly(100L, 100L, range.revision(), 1L);
        assertThat(Await.value(store().giveBack("orders", range, 40))).isTrue();
        assertThat(row()).containsExactly(40L, 0L, range.revision() + 1, 1L);
    }

    @Test
    void aNewerFormatIsRefusedAndLeftAlone() throws SQLException {
        Range range = Await.range(store().reserve("orders", 100));
        execute("UPDATE pawl_segment SET format_version = 3");
        for (CompletionStage<?> refused : List.of(
                store().reserve("orders", 1),
                store().giveBack("orders", range, 50),
                store().find("orders"),
                store().list("", 10),
                store().compareAndSet(
                                new TagState("orders", 200, 200, Optional.empty(), false, range.revision() + 1)))) {
            BackendException failure = Await.failure(refused);
            assertThat(failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
            assertThat(failure).hasMessage("format version of tag orders must be in [1, 2]: format_version=3");
        }
        assertThat(Await.value(store().create(TAG))).isFalse();
        assertThat(row()).containsExactly(100L, 100L, range.revision(), 3L);
    }

    /** Code of before pauses and resets refuses format version 2. */
    @Test
    void aRowThatOlderCodeWouldMisunderstandSaysSo() throws SQLException {
        assertThat(row().get(3)).isEqualTo(1);
        TagState found = Await.value(store().find("orders")).orElseThrow();
        assertThat(Await.value(store().compareAndSet(found.paused(true)))).isTrue();
        assertThat(row().get(3)).isEqualTo(2);
        assertThat(Await.value(store().compareAndSet(found.paused(true).paused(false))))
                .isTrue();
        assertThat(row().get(3)).isEqualTo(1);
        execute("DELETE FROM pawl_segment");
        SegmentTag daily = SegmentTag.of("orders", ResetPeriod.daily(ZoneOffset.UTC, 6));
        assertThat(Await.value(store().create(daily))).isTrue();
        assertThat(row().get(3)).isEqualTo(2);
    }

    @Test
    void aMissingTableIsRefusedWithoutDoubt() throws SQLException {
        execute("DROP TABLE pawl_segment");
        BackendException failure = Await.failure(store().reserve("orders", 1));
        assertThat(failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(failure).hasMessageContaining("orders").hasCauseInstanceOf(SQLException.class);
    }

    @Test
    void aConnectionThatCannotBeHadIsAFailureWithoutDoubt() {
        JdbcSegmentStore store = JdbcSegmentStore.of(new Always(null), ThreadPerTask.INSTANCE);
        BackendException failure = Await.failure(store.reserve("orders", 1));
        assertThat(failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(failure).hasMessageContaining("no connection could be had");
    }

    @Test
    void anExecutorThatRefusesIsAFailureWithoutDoubt() throws SQLException {
        Executor refusing = task -> {
            throw new RejectedExecutionException("full");
        };
        BackendException failure =
                Await.failure(JdbcSegmentStore.of(dataSource(), refusing).reserve("orders", 1));
        assertThat(failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
    }

    @Test
    void theCallerIsNotBlocked() throws SQLException {
        CompletableFuture<Runnable> given = new CompletableFuture<>();
        CompletionStage<?> stage =
                JdbcSegmentStore.of(dataSource(), given::complete).reserve("orders", 1);
        assertThat(stage.toCompletableFuture()).isNotDone();
        given.join().run();
        assertThat(stage.toCompletableFuture()).isDone();
    }

    @Test
    void manyProcessesMayMakeTheTableAtOnce() throws SQLException {
        for (int round = 0; round < 5; round++) {
            execute("DROP TABLE IF EXISTS pawl_segment");
            makeTheTableByMany();
            assertThat(Await.value(store().create(TAG))).isTrue();
        }
    }

    /** Holds a table as the first release of the store made it against what the present one does. */
    final void assertATableOfTheFirstFormatIsUpgraded() throws SQLException {
        String insert =
                "INSERT INTO pawl_segment (tag, max_id, last_id, range_size, revision, format_version, updated_at)"
                        + " VALUES ('%s', 1000, 40, 10, 7, 1, CURRENT_TIMESTAMP)";
        execute("DROP TABLE pawl_segment");
        execute("CREATE TABLE pawl_segment (tag VARCHAR(128) NOT NULL PRIMARY KEY, max_id BIGINT NOT NULL,"
                + " last_id BIGINT NOT NULL, range_size BIGINT NOT NULL, revision BIGINT NOT NULL,"
                + " format_version INTEGER NOT NULL, updated_at TIMESTAMP(6) WITH TIME ZONE NOT NULL)");
        execute(insert.formatted("orders"));
        assertThat(Await.failure(store().reserve("orders", 10)).outcome()).isEqualTo(Outcome.NOT_APPLIED);
        makeTheTableByMany();
        assertThat(Await.range(store().reserve("orders", 10))).isEqualTo(new Range(41, 50, 8));
        execute(insert.formatted("of-older-code"));
        assertThat(Await.range(store().reserve("of-older-code", 10))).isEqualTo(new Range(41, 50, 8));
    }

    private void makeTheTableByMany() {
        List<CompletableFuture<Void>> all = IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.runAsync(
                        () -> {
                            try {
                                store().createSchema();
                            } catch (SQLException e) {
                                throw new AssertionError(e);
                            }
                        },
                        ThreadPerTask.INSTANCE))
                .toList();
        all.forEach(Await::value);
    }

    final JdbcSegmentStore store() throws SQLException {
        return JdbcSegmentStore.of(dataSource(), ThreadPerTask.INSTANCE);
    }

    final void execute(String sql) throws SQLException {
        try (Connection connection = dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private List<Long> row() throws SQLException {
        try (Connection connection = dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT last_id, range_size, revision, format_version FROM pawl_segment WHERE tag = 'orders'")) {
            assertThat(rows.next()).isTrue();
            return List.of(rows.getLong(1), rows.getLong(2), rows.getLong(3), rows.getLong(4));
        }
    }
}
