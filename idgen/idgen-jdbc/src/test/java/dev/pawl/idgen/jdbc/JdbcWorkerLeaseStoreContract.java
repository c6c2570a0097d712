package dev.pawl.idgen.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.idgen.layout.IdLayout;
import dev.pawl.idgen.spi.WorkerRecord;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the store owes on each database, beyond what every worker-lease store owes. */
abstract class JdbcWorkerLeaseStoreContract {

    static final WorkerRecord FIRST = new WorkerRecord(
            7, UUID.randomUUID(), 1_000, 4_000, Duration.ofSeconds(3), IdLayout.SNOWFLAKE.fingerprint(), 1);
    static final WorkerRecord SECOND = FIRST.withToTick(5_000, Duration.ofSeconds(4));
    static final WorkerRecord THIRD = SECOND.withToTick(6_000, Duration.ofSeconds(5));

    /** Connections to one database, with auto-commit on. */
    abstract DataSource dataSource() throws SQLException;

    /** The statement that puts a session into another time zone, half a day ahead. */
    abstract String inAnotherTimeZone();

    /** Makes the table anew, with one record. */
    @BeforeEach
    void makeTheTable() throws SQLException {
        execute("DROP TABLE IF EXISTS pawl_worker");
        store().createSchema();
        assertThat(Await.value(store().compareAndSet("orders", Optional.empty(), FIRST)))
                .isTrue();
    }

    @Test
    void aRollbackOfTheCallersTransactionDoesNotBringAnOlderRecordBack() throws SQLException {
        try (Connection callers = dataSource().getConnection()) {
            callers.setAutoCommit(false);
            try (Statement statement = callers.createStatement()) {
                statement.execute("SELECT 1");
            }
            JdbcWorkerLeaseStore store =
                    JdbcWorkerLeaseStore.of(new ThreadBound(dataSource(), callers), ThreadPerTask.INSTANCE);
            assertThat(Await.value(store.compareAndSet("orders", Optional.of(FIRST), SECOND)))
                    .isTrue();
            callers.rollback();
        }
        assertThat(Await.value(store().read("orders", 7))).contains(SECOND);
    }

    @Test
    void aConnectionWithAutoCommitOffIsSwitchedOnAndGivenBackAsItCame() throws SQLException {
        try (Connection connection = dataSource().getConnection()) {
            connection.setAutoCommit(false);
            JdbcWorkerLeaseStore store = JdbcWorkerLeaseStore.of(new Always(connection), ThreadPerTask.INSTANCE);
            assertThat(Await.value(store.compareAndSet("orders", Optional.of(FIRST), SECOND)))
                    .isTrue();
            assertThat(connection.getAutoCommit()).isFalse();
            connection.rollback();
        }
        assertThat(Await.value(store().read("orders", 7))).contains(SECOND);
    }

    @Test
    void theCallersTransactionOnTheCallersThreadIsRefused() throws SQLException {
        try (Connection callers = dataSource().getConnection()) {
            callers.setAutoCommit(false);
            JdbcWorkerLeaseStore store = JdbcWorkerLeaseStore.of(new Always(callers), Runnable::run);
            BackendException failure = Await.failure(store.compareAndSet("orders", Optional.of(FIRST), SECOND));
            assertThat(failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
            assertThat(failure).hasMessageContaining("transaction of the calling thread");
        }
        assertThat(Await.value(store().read("orders", 7))).contains(FIRST);
    }

    @Test
    void theRowSaysWhatWasWritten() throws SQLException {
        assertThat(Await.value(store().compareAndSet("orders", Optional.of(FIRST), SECOND)))
                .isTrue();
        String incarnation = FIRST.incarnation().toString();
        assertThat(row()).containsExactly("orders", "7", incarnation, "1000", "5000", "4000", FIRST.layout(), "2", "1");
    }

    @Test
    void aNewerFormatIsRefusedByReadsAndWritesAndLeftAlone() throws SQLException {
        execute("UPDATE pawl_worker SET format_version = 2");
        List<BackendException> failures = List.of(
                Await.failure(store().read("orders", 7)),
                Await.failure(store().readAll("orders")),
                Await.failure(store().compareAndSet("orders", Optional.of(FIRST), SECOND)),
                Await.failure(store().compareAndSet("orders", Optional.empty(), FIRST)));
        assertThat(failures).allSatisfy(failure -> {
            assertThat(failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
            assertThat(failure)
                    .hasMessage("format version of worker id 7 of orders must be in [1, 1]: format_version=2");
        });
        assertThat(row()).contains("4000", "2").doesNotContain("5000");
        assertThat(Await.value(store().readAll("others"))).isEmpty();
    }

    @Test
    void theFloorOfTheDocumentationIsARecordAndAHigherOneStays() throws Exception {
        List<String> statements = DocumentedSql.after("### Worker leases after restoring a backup");
        for (String sql : statements) {
            execute(sql);
        }
        WorkerRecord floor = new WorkerRecord(
                Integer.MAX_VALUE,
                new UUID(0, 0),
                57_888_000_001L,
                57_888_000_000L,
                Duration.ofSeconds(3),
                IdLayout.SNOWFLAKE.fingerprint(),
                1);
        assertThat(Await.value(store().readAll("orders"))).containsExactlyInAnyOrder(FIRST, floor);
        execute(statements.get(0));
        assertThatExceptionOfType(SQLException.class).isThrownBy(() -> execute(statements.get(1)));
        assertThat(Await.value(store().read("orders", Integer.MAX_VALUE))).contains(floor);
    }

    @Test
    void aMissingTableIsRefusedWithoutDoubt() throws SQLException {
        execute("DROP TABLE pawl_worker");
        BackendException failure = Await.failure(store().compareAndSet("orders", Optional.of(FIRST), SECOND));
        assertThat(failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(failure)
                .hasMessageStartingWith("write of worker id 7 of orders failed: ")
                .hasCauseInstanceOf(SQLException.class);
        assertThat(Await.failure(store().readAll("orders")).outcome()).isEqualTo(Outcome.NOT_APPLIED);
    }

    @Test
    void aConnectionThatCannotBeHadIsAFailureWithoutDoubt() {
        JdbcWorkerLeaseStore store = JdbcWorkerLeaseStore.of(new Always(null), ThreadPerTask.INSTANCE);
        BackendException failure = Await.failure(store.compareAndSet("orders", Optional.of(FIRST), SECOND));
        assertThat(failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(failure).hasMessageContaining("no connection could be had");
    }

    @Test
    void aRecordThatTheTableDoesNotTakeIsRefusedWithoutDoubt() throws SQLException {
        WorkerRecord endless =
                new WorkerRecord(7, FIRST.incarnation(), 1_000, 5_000, Duration.ZERO, "x".repeat(2_049), 2);
        assertThat(Await.failure(store().compareAndSet("orders", Optional.of(FIRST), endless))
                        .outcome())
                .isEqualTo(Outcome.NOT_APPLIED);
        assertThat(Await.value(store().read("orders", 7))).contains(FIRST);
    }

    @Test
    void theTimeIsTheSameWhateverTheSessionsTimeZone() throws SQLException {
        try (Connection connection = dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(inAnotherTimeZone());
            Optional<Instant> time = Await.value(JdbcWorkerLeaseStore.of(new Always(connection), ThreadPerTask.INSTANCE)
                    .time());
            assertThat(time.orElseThrow()).isCloseTo(Clock.systemUTC().instant(), within(1, ChronoUnit.MINUTES));
        }
    }

    final JdbcWorkerLeaseStore store() throws SQLException {
        return JdbcWorkerLeaseStore.of(dataSource(), ThreadPerTask.INSTANCE);
    }

    final void execute(String sql) throws SQLException {
        try (Connection connection = dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private List<String> row() throws SQLException {
        try (Connection connection = dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT space, worker_id, incarnation, from_tick, to_tick,"
                        + " window_ms, layout, revision, format_version FROM pawl_worker")) {
            assertThat(rows.next()).isTrue();
            List<String> row = new ArrayList<>();
            for (int i = 1; i <= 9; i++) {
                row.add(rows.getString(i));
            }
            assertThat(rows.next()).isFalse();
            return row;
        }
    }
}
