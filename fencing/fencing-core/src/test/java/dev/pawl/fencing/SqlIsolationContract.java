package dev.pawl.fencing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.pawl.common.BackendException;
import dev.pawl.common.CoordinationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The traps of isolation, each with a weaker guard that falls into it and with ours. An account of 100; the older holder 33
 * adds 10 to what it read, the later one 34 adds 5: 110 and 115 are right, 105 is a lost update.
 */
abstract class SqlIsolationContract {

    private static final FencingToken OLDER = FencingToken.exclusive("memory/test/account", 33);
    private static final FencingToken LATER = FencingToken.exclusive("memory/test/account", 34);

    private final int isolation;
    private Bank bank;
    private JdbcFenceGuard guard;

    SqlIsolationContract(int isolation) {
        this.isolation = isolation;
    }

    abstract Bank.Database database() throws SQLException;

    /** Whether a transaction may begin with enter above READ COMMITTED. */
    abstract boolean entersAtEveryIsolation();

    /** Whether a transaction that waits for a lock has its snapshot already. */
    abstract boolean waitsWithTheSnapshot();

    /** Whether the database can tell that a transaction has read already. */
    abstract boolean tellsFirstStatement();

    /** Whether an update of a row that has changed since the snapshot is refused. */
    abstract boolean refusesUpdatesOfOldSnapshots();

    @BeforeEach
    void openAccount() throws SQLException {
        bank = new Bank(database(), isolation);
        bank.execute("DROP TABLE IF EXISTS account");
        bank.execute("CREATE TABLE account (id INTEGER PRIMARY KEY, amount BIGINT NOT NULL)");
        bank.execute("INSERT INTO account VALUES (1, 100)");
        JdbcFences fences = JdbcFences.of(bank.database().dataSource());
        fences.createSchema();
        boolean unused = fences.remove("account");
        guard = fences.guard("account");
        guard.enter(OLDER);
    }

    @AfterEach
    void closeConnections() throws SQLException {
        bank.close();
    }

    /** Negative control: the later holder has read before it enters in the same transaction. */
    @Test
    void enteringAfterTheReadLosesAnUpdate() throws SQLException {
        Connection later = bank.begin();
        long seen = bank.amount(later);
        addTenAsOlder();
        SqlDialect sql = SqlDialect.of(later);
        bank.run(later, sql.lock(), "account");
        bank.run(later, "UPDATE pawl_fence SET floor_mark = 34, top_mark = 34 WHERE resource = ?", "account");
        if (isolation == Connection.TRANSACTION_REPEATABLE_READ) {
            // What it reads again is the old snapshot still, although it has entered.
            assertThat(bank.amount(later)).isEqualTo(100);
        }
        if (isolation == Connection.TRANSACTION_REPEATABLE_READ && refusesUpdatesOfOldSnapshots()) {
            assertThatExceptionOfType(SQLException.class).isThrownBy(() -> bank.setAmount(later, seen + 5));
            return;
        }
        bank.setAmount(later, seen + 5);
        later.commit();
        assertThat(bank.amount())
                .as("the older holder's 10 is lost, without any error")
                .isEqualTo(105);
    }

    @Test
    void enteringAfterTheReadIsRefused() throws SQLException {
        if (!tellsFirstStatement() && isolation == Connection.TRANSACTION_READ_COMMITTED) {
            return; // the guard's page leaves this to the caller
        }
        Connection later = bank.begin();
        assertThat(bank.amount(later)).isEqualTo(100);
        addTenAsOlder();
        assertThatIllegalStateException().isThrownBy(() -> guard.enter(later, LATER));
        later.rollback();
        guard.check(OLDER);
        guard.enter(LATER);
        addFiveAsLater();
        assertThat(bank.amount()).isEqualTo(115);
    }

    /** Negative control: a plain read of the marks keeps nobody from entering. */
    @Test
    void aPlainSelectAsCheckLetsAStaleWriteThrough() throws SQLException {
        Connection older = bank.begin();
        long seen = bank.amount(older);
        assertThat(bank.number(older, "SELECT top_mark FROM pawl_fence WHERE resource = 'account'"))
                .isEqualTo(33);
        guard.enter(LATER);
        assertThat(bank.amount()).as("what the later holder reads").isEqualTo(100);
        bank.setAmount(older, seen + 10);
        older.commit();
        assertThat(bank.amount())
                .as("written by a holder that was replaced before")
                .isEqualTo(110);
    }

    @Test
    void aLaterHolderEntersOnlyWhenTheTransactionThatCheckedHasEnded() throws Exception {
        Connection older = bank.begin();
        guard.check(older, OLDER);
        long seen = bank.amount(older);
        CompletableFuture<Void> entering = CompletableFuture.runAsync(() -> guard.enter(LATER));
        bank.awaitBlocked();
        assertThat(entering).isNotDone();
        bank.setAmount(older, seen + 10);
        older.commit();
        entering.get(10, TimeUnit.SECONDS);
        addFiveAsLater();
        assertThat(bank.amount()).isEqualTo(115);
    }

    @Test
    void aTransactionThatBeganBeforeALaterHolderEnteredDoesNotPassTheCheck() throws SQLException {
        Connection older = bank.begin();
        assertThat(bank.amount(older)).isEqualTo(100);
        guard.enter(LATER);
        // Stale, or a serialization failure that says so when the transaction is run again; never a pass.
        assertThatExceptionOfType(CoordinationException.class)
                .isThrownBy(() -> guard.check(older, OLDER))
                .isInstanceOfAny(StaleTokenException.class, BackendException.class);
        older.rollback();
        assertThatExceptionOfType(StaleTokenException.class).isThrownBy(() -> guard.check(older, OLDER));
    }

    /** Negative control, and why some databases must commit enter alone: the lock was waited for with an old snapshot. */
    @Test
    void aLockThatWasWaitedForMayBeYoungerThanTheSnapshot() throws Exception {
        Connection older = bank.begin();
        guard.check(older, OLDER);
        Connection later = bank.begin();
        CompletableFuture<Void> entering =
                bank.async(() -> bank.run(later, SqlDialect.of(later).lock(), "account"));
        bank.awaitBlocked();
        bank.setAmount(older, 110);
        older.commit();
        entering.get(10, TimeUnit.SECONDS);
        boolean old = isolation == Connection.TRANSACTION_REPEATABLE_READ && waitsWithTheSnapshot();
        assertThat(bank.amount(later)).isEqualTo(old ? 100 : 110);
    }

    @Test
    void whoEntersWithItsTransactionSeesAllThatItHasWaitedFor() throws Exception {
        Connection later = bank.begin();
        if (isolation == Connection.TRANSACTION_REPEATABLE_READ && !entersAtEveryIsolation()) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> guard.enter(later, LATER))
                    .withMessageContaining("enter must commit alone");
            return;
        }
        Connection older = bank.begin();
        guard.check(older, OLDER);
        long seen = bank.amount(older);
        CompletableFuture<Void> entering = bank.async(() -> guard.enter(later, LATER));
        bank.awaitBlocked();
        bank.setAmount(older, seen + 10);
        older.commit();
        entering.get(10, TimeUnit.SECONDS);
        bank.setAmount(later, bank.amount(later) + 5);
        later.commit();
        assertThat(bank.amount()).isEqualTo(115);
        assertThatExceptionOfType(StaleTokenException.class).isThrownBy(() -> guard.enter(OLDER));
    }

    @Test
    void whoEnteredWithATransactionThatIsRolledBackHasNotEntered() throws SQLException {
        if (isolation == Connection.TRANSACTION_REPEATABLE_READ && !entersAtEveryIsolation()) {
            return; // refused, as above
        }
        Connection later = bank.begin();
        guard.enter(later, LATER);
        guard.check(later, LATER);
        later.rollback();
        guard.check(OLDER);
        assertThatExceptionOfType(NotEnteredException.class).isThrownBy(() -> guard.check(LATER));
    }

    /** The statements of the page on fencing. */
    @Test
    void theDocumentedColumnKeepsAnOlderHolderOut() throws Exception {
        List<String> sql = documentedSql("### One SQL row");
        bank.execute("ALTER TABLE account ADD fence BIGINT DEFAULT 0 NOT NULL");
        assertThat(bank.change(sql.get(0), 33, 1, 33)).isEqualTo(1);
        assertThat(bank.change(sql.get(0), 33, 1, 33)).as("enters again").isEqualTo(1);
        long seenByOlder = bank.amount();
        assertThat(bank.change(sql.get(0), 34, 1, 34)).isEqualTo(1);
        long seenByLater = bank.amount();
        assertThat(bank.change(sql.get(1), seenByOlder + 10, 1, 33)).as("stale").isZero();
        assertThat(bank.change(sql.get(0), 33, 1, 33)).as("stale").isZero();
        assertThat(bank.change(sql.get(1), seenByLater + 5, 1, 34)).isEqualTo(1);
        assertThat(bank.change(sql.get(1), 0, 1, 35)).as("has not entered").isZero();
        assertThat(bank.amount()).isEqualTo(105);
    }

    private static List<String> documentedSql(String heading) throws IOException {
        String page = Files.readString(Path.of("..", "..", "docs", "fencing.md"));
        String section = page.substring(page.indexOf(heading + "\n"));
        String block = section.substring(section.indexOf("```sql\n") + 7);
        return List.of(block.substring(0, block.indexOf("```")).strip().split(";\\s*"));
    }

    @Test
    void checksOfReadersDoNotWaitForEachOther() throws Exception {
        if (bank.database().blocked().contains("blocker_id")) {
            return; // H2 has no shared lock
        }
        FencingToken one = FencingToken.read("memory/test/account", 40);
        FencingToken two = FencingToken.read("memory/test/account", 41);
        guard.enter(one);
        guard.enter(two);
        Connection first = bank.begin();
        Connection second = bank.begin();
        guard.check(first, one);
        bank.async(() -> guard.check(second, two)).get(10, TimeUnit.SECONDS);
        first.commit();
        second.commit();
    }

    private void addTenAsOlder() throws SQLException {
        Connection older = bank.begin();
        guard.check(older, OLDER);
        bank.setAmount(older, bank.amount(older) + 10);
        older.commit();
    }

    private void addFiveAsLater() throws SQLException {
        Connection later = bank.begin();
        guard.check(later, LATER);
        bank.setAmount(later, bank.amount(later) + 5);
        later.commit();
    }
}
