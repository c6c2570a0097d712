package dev.pawl.fencing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What comes with the database: the table, connections, failures and time limits. */
abstract class JdbcFencesContract {

    private Bank bank;
    private JdbcFences fences;

    abstract Bank.Database database() throws SQLException;

    @BeforeEach
    final void openTable() throws SQLException {
        bank = new Bank(database(), Connection.TRANSACTION_READ_COMMITTED);
        bank.execute("DROP TABLE IF EXISTS pawl_fence");
        fences = JdbcFences.of(bank.database().dataSource());
        fences.createSchema();
    }

    @AfterEach
    final void closeConnections() throws SQLException {
        bank.close();
    }

    final Bank bank() {
        return bank;
    }

    final JdbcFences fences() {
        return fences;
    }

    @Test
    void theTableIsMadeByManyAtOnceAndOnlyOnce() throws Exception {
        bank.execute("DROP TABLE pawl_fence");
        List<CompletableFuture<Void>> makers = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            makers.add(bank.async(() -> fences.createSchema()));
        }
        for (CompletableFuture<Void> maker : makers) {
            maker.get(20, TimeUnit.SECONDS);
        }
        fences.guard("r").enter(token(1));
        fences.createSchema();
        fences.guard("r").check(token(1));
    }

    @Test
    void manyEnterANewResourceAtOnce() throws Exception {
        for (int round = 0; round < 10; round++) {
            JdbcFenceGuard guard = fences.guard("new-" + round);
            List<CompletableFuture<Void>> entering = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                entering.add(bank.async(() -> guard.enter(FencingToken.read("a/b/c", 5))));
            }
            for (CompletableFuture<Void> one : entering) {
                one.get(20, TimeUnit.SECONDS);
            }
        }
        assertThat(rows()).isEqualTo(10);
    }

    @Test
    void oneRowIsKeptForAResourceAndRemovedWithIt() throws SQLException {
        JdbcFenceGuard guard = fences.guard("r");
        guard.enter(token(1));
        guard.enter(token(2));
        assertThat(rows()).isEqualTo(1);
        assertThat(fences.remove("r")).isTrue();
        assertThat(fences.remove("r")).isFalse();
        assertThat(rows()).isZero();
        guard.enter(FencingToken.exclusive("other", 1));
    }

    @Test
    void aNewerFormatIsRefusedAndLeftAlone() throws SQLException {
        fences.guard("r").enter(token(7));
        bank.execute("UPDATE pawl_fence SET format_version = 2");
        for (Runnable call : List.<Runnable>of(
                () -> fences.guard("r").enter(token(8)),
                () -> fences.guard("r").check(token(7)),
                () -> fences.reset("r", "a/b/c", 1))) {
            assertThatExceptionOfType(BackendException.class)
                    .isThrownBy(call::run)
                    .withMessage("format version of the marks of r must be 1: format_version=2")
                    .satisfies(e -> assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED));
        }
        bank.execute("UPDATE pawl_fence SET format_version = 1");
        fences.guard("r").check(token(7));
    }

    @Test
    void aMissingTableIsRefusedWithoutDoubt() throws SQLException {
        bank.execute("DROP TABLE pawl_fence");
        assertThatExceptionOfType(BackendException.class)
                .isThrownBy(() -> fences.guard("r").enter(token(1)))
                .withMessageStartingWith("entering r failed: ")
                .satisfies(e -> assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED));
    }

    @Test
    void aConnectionInAutoCommitModeIsNoTransaction() throws SQLException {
        Connection connection = bank.begin();
        connection.setAutoCommit(true);
        assertThatIllegalStateException().isThrownBy(() -> fences.guard("r").enter(connection, token(1)));
        assertThatIllegalStateException().isThrownBy(() -> fences.guard("r").check(connection, token(1)));
    }

    /** Its rollback would take the mark back after enter has returned. */
    @Test
    void aDataSourceThatHandsOutTheCallersTransactionIsRefused() throws SQLException {
        Connection callers = bank.begin();
        JdbcFences bound = JdbcFences.of(new OneConnection(callers));
        assertThatIllegalStateException()
                .isThrownBy(() -> bound.guard("r").enter(token(1)))
                .withMessageContaining("auto-commit");
        assertThat(rows()).isZero();
    }

    @Test
    void aConnectionGoesBackInAutoCommitModeWithNothingLeftInIt() throws SQLException {
        Connection connection = bank.begin();
        connection.setAutoCommit(true);
        JdbcFences one = JdbcFences.of(new OneConnection(connection));
        one.guard("r").enter(token(2));
        assertThat(connection.getAutoCommit()).isTrue();
        assertThatExceptionOfType(StaleTokenException.class)
                .isThrownBy(() -> one.guard("r").enter(token(1)));
        assertThat(connection.getAutoCommit()).isTrue();
        bank.async(() -> fences.guard("r").enter(token(3)))
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }

    @Test
    void enterWaitsNoLongerThanItsTimeLimit() throws SQLException {
        fences.guard("r").enter(token(1));
        Connection working = bank.begin();
        fences.guard("r").check(working, token(1));
        JdbcFences impatient = JdbcFences.of(bank.database().dataSource(), Duration.ofSeconds(1));
        long start = System.nanoTime();
        assertThatExceptionOfType(BackendException.class)
                .isThrownBy(() -> impatient.guard("r").enter(token(2)))
                .satisfies(e -> assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
        working.commit();
        fences.guard("r").check(token(1));
    }

    @Test
    void namesOutOfRangeAreRefused() {
        for (String name : List.of("", "x".repeat(513), "é".repeat(257), "\ud800")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> fences.guard(name))
                    .withMessageContaining("resource");
        }
        assertThatIllegalArgumentException().isThrownBy(() -> fences.reset("r", "", 1));
        assertThatIllegalArgumentException().isThrownBy(() -> fences.reset("r", "a", 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JdbcFences.of(bank.database().dataSource(), Duration.ofMillis(999)));
    }

    static FencingToken token(long value) {
        return FencingToken.exclusive("a/b/c", value);
    }

    private long rows() throws SQLException {
        Connection connection = bank.begin();
        long rows = bank.number(connection, "SELECT count(*) FROM pawl_fence");
        connection.rollback();
        return rows;
    }
}
