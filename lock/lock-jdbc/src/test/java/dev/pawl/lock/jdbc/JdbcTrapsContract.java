package dev.pawl.lock.jdbc;

import static dev.pawl.lock.jdbc.Client.attempt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.fencing.FencingToken;
import dev.pawl.lock.spi.AcquireAnswer;
import dev.pawl.lock.spi.AcquireRequest;
import dev.pawl.lock.spi.Grant;
import dev.pawl.lock.spi.LockResource;
import dev.pawl.lock.spi.LockTerms;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where locks in SQL break, on one database. */
abstract class JdbcTrapsContract {

    private static final Duration TOMBSTONE = Duration.ofSeconds(30);

    abstract String url();

    /** What brings a session into a time zone. */
    abstract String setZone(String offset);

    final DataSource dataSource() {
        return Pools.of(url());
    }

    final JdbcLockBackend backend(DataSource dataSource) {
        return JdbcLockBackend.of(dataSource, "shop", ThreadPerTask.INSTANCE, Client.PATIENCE);
    }

    final Client client() {
        return new Client(backend(dataSource()));
    }

    @BeforeEach
    final void anEmptyTable() throws SQLException {
        backend(dataSource()).createSchema();
        execute("DELETE FROM pawl_lock");
    }

    final void execute(String sql) throws SQLException {
        try (Connection connection = dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void aRollbackOfTheCallersTransactionDoesNotUndoAGrant() throws SQLException {
        try (Connection callers = dataSource().getConnection()) {
            callers.setAutoCommit(false);
            Client client = new Client(backend(new ThreadBound(dataSource(), callers)));
            String attempt = attempt();
            long base = client.granted("a", attempt);
            callers.rollback();
            assertThat(client().verify("a", attempt, base)).isTrue();
            assertThat(client.release("a", attempt, base)).isTrue();
            callers.rollback();
            assertThat(client().granted("a", attempt())).isGreaterThan(base);
            callers.setAutoCommit(true);
        }
    }

    @Test
    void aConnectionThatMayBeTheCallersIsRefused() throws SQLException {
        try (Connection callers = dataSource().getConnection()) {
            callers.setAutoCommit(false);
            Client client =
                    new Client(JdbcLockBackend.of(new ThreadBound(dataSource(), callers), "shop", Runnable::run));
            BackendException failure = Await.failure(client.ask("a", attempt(), false));
            assertThat(failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
            assertThat(failure).hasMessageContaining("may be in a transaction of the calling thread");
            assertThat(callers.getAutoCommit()).isFalse();
            callers.setAutoCommit(true);
        }
    }

    @Test
    void aConnectionInATransactionIsSwitchedAndGoesBackAsItCame() throws SQLException {
        try (Connection connection = dataSource().getConnection()) {
            connection.setAutoCommit(false);
            Client client = new Client(backend(new Always(connection)));
            String attempt = attempt();
            long base = client.granted("a", attempt);
            assertThat(client().verify("a", attempt, base)).isTrue();
            assertThat(connection.getAutoCommit()).isFalse();
            connection.setAutoCommit(true);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"+02:00", "-07:00"})
    void theZoneOfASessionChangesNothing(String offset) {
        try (HikariDataSource inZone = pool(config -> config.setConnectionInitSql(setZone(offset)))) {
            Client here = client();
            Client there = new Client(backend(inZone));
            String attempt = attempt();
            long base = here.granted("a", attempt);
            assertThat(there.taken("a", attempt(), false)).isBetween(Client.LONG.minusSeconds(10), Client.LONG);
            assertThat(there.renew("a", attempt, base)).isTrue();
            assertThat(here.taken("a", attempt(), false)).isBetween(Client.LONG.minusSeconds(10), Client.LONG);
            String other = attempt();
            long apart = there.granted("b", other) - Clock.systemUTC().millis() * 1_000;
            assertThat(Math.abs(apart)).as("µs from this clock").isLessThan(60_000_000);
            assertThat(here.taken("b", attempt(), false)).isBetween(Client.LONG.minusSeconds(10), Client.LONG);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TRANSACTION_READ_COMMITTED", "TRANSACTION_REPEATABLE_READ", "TRANSACTION_SERIALIZABLE"})
    void theIsolationOfTheDataSourceChangesNothing(String isolation) {
        contend(config -> config.setTransactionIsolation(isolation));
    }

    final void contend(Consumer<HikariConfig> settings) {
        try (HikariDataSource pool = pool(settings)) {
            List<Client> clients = IntStream.range(0, 4)
                    // Each may be overtaken again and again.
                    .mapToObj(i -> new Client(backend(pool)))
                    .toList();
            Set<Long> bases = ConcurrentHashMap.newKeySet();
            inParallel(clients, client -> {
                for (int round = 0; round < 25; round++) {
                    String attempt = attempt();
                    AcquireAnswer answer = Await.value(client.ask("hot", attempt, true));
                    while (!(answer instanceof AcquireAnswer.Granted)) {
                        answer = Await.value(client.ask("hot", attempt, true));
                    }
                    long base = ((AcquireAnswer.Granted) answer).base();
                    assertThat(bases.add(base)).as("base is new").isTrue();
                    assertThat(client.renew("hot", attempt, base)).isTrue();
                    assertThat(client.release("hot", attempt, base)).isTrue();
                }
            });
            assertThat(bases).hasSize(100);
        }
    }

    /** What waited for a place in the pool comes when its attempt may have left long ago, and its tombstone be gone. */
    @Test
    void anAttemptThatWaitedForItsConnectionForLongerThanATombstoneStandsIsNotGranted() {
        AtomicLong seconds = new AtomicLong();
        DataSource slow = new OtherDataSource() {
            @Override
            public Connection getConnection() throws SQLException {
                seconds.addAndGet(9);
                return dataSource().getConnection();
            }
        };
        Connections connections = new Connections(
                slow, ThreadPerTask.INSTANCE, Duration.ofSeconds(2), () -> seconds.get() * 1_000_000_000);
        Rows rows = new Rows(connections, "shop");
        AcquireRequest late = new AcquireRequest(Client.lock("a"), attempt(), Client.terms(Client.LONG), 0, true);
        Grant from = Client.grant("a", attempt(), 1);
        BackendException failure = Await.failure(rows.acquire(late, State.NO_CHANNEL));
        assertThat(failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(failure).hasMessage("a connection must be had within PT8S: after=PT9S");
        assertThat(Await.failure(rows.takeOver(late, from))).hasMessageContaining("must be had within");
        assertThat(Await.value(rows.describe(Client.lock("a"))).waiting()).isZero();
        client().granted("a", attempt());
    }

    /** A statement that sees the tombstones as they were before it waited for the row would grant to an attempt that has ended. */
    @Test
    void anAttemptThatEndsWhileItAsksHoldsNothing() throws Exception {
        Client client = client();
        for (int round = 0; round < 150; round++) {
            String name = round % 2 == 0 ? "hot" : "new-" + round;
            String attempt = attempt();
            CompletableFuture<AcquireAnswer> asked =
                    client.ask(name, attempt, round % 3 == 0).toCompletableFuture();
            boolean held = client.release(name, attempt, 0, TOMBSTONE);
            AcquireAnswer answer = Await.value(asked);
            assertThat(answer instanceof AcquireAnswer.Granted).isEqualTo(held);
            assertThat(Await.value(client.ask(name, attempt, true))).isEqualTo(new AcquireAnswer.Ended());
            String next = attempt();
            assertThat(client.release(name, next, client.granted(name, next))).isTrue();
        }
    }

    /** Whoever waits writes the row that it has read: what was written meanwhile must stand. */
    @Test
    void aReleaseBetweenReadingAndWritingStands() {
        Client holder = client();
        String attempt = attempt();
        long base = holder.granted("a", attempt);
        Interposing between = new Interposing(
                dataSource(),
                () -> assertThat(holder.release("a", attempt, base)).isTrue());
        long next = granted(new Client(backend(between)).ask("a", attempt(), true));
        assertThat(between.happened()).isTrue();
        assertThat(next).isGreaterThan(base);
        assertThat(holder.verify("a", attempt, base)).isFalse();
    }

    @Test
    void aRenewalBetweenReadingAndWritingStands() {
        Client holder = client();
        String attempt = attempt();
        AcquireRequest brief =
                new AcquireRequest(Client.lock("a"), attempt, Client.terms(Duration.ofSeconds(20)), 0, false);
        long base = granted(holder.session.acquire(brief));
        Interposing between = new Interposing(
                dataSource(), () -> assertThat(holder.renew("a", attempt, base)).isTrue());
        assertThat(new Client(backend(between)).taken("a", attempt(), true)).isGreaterThan(Duration.ofMinutes(1));
        assertThat(between.happened()).isTrue();
        assertThat(holder.taken("a", attempt(), false)).isGreaterThan(Duration.ofMinutes(1));
    }

    @Test
    void aGrantBetweenReadingAndWritingStands() {
        Client holder = client();
        String attempt = attempt();
        long base = holder.granted("a", attempt);
        String other = attempt();
        Interposing between = new Interposing(dataSource(), () -> holder.granted("a", other));
        Client waiting = new Client(backend(between));
        String waits = attempt();
        between.arm(false);
        waiting.taken("a", waits, true);
        assertThat(holder.release("a", attempt, base)).isTrue();
        between.arm(true);
        waiting.taken("a", waits, true);
        assertThat(between.happened()).isTrue();
    }

    @Test
    void aRowThatIsDeletedAndMadeAnewBetweenReadingAndWritingStands() {
        Client holder = client();
        String former = attempt();
        holder.granted("a", former);
        String other = attempt();
        AtomicLong base = new AtomicLong();
        Interposing between = new Interposing(dataSource(), () -> {
            delete();
            base.set(holder.granted("a", other));
        });
        new Client(backend(between)).taken("a", attempt(), true);
        assertThat(between.happened()).isTrue();
        assertThat(holder.verify("a", other, base.get())).isTrue();
    }

    private void delete() {
        try {
            execute("DELETE FROM pawl_lock");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aShorterRenewalDoesNotCutTheLease() {
        Client client = client();
        String attempt = attempt();
        long base = client.granted("a", attempt);
        assertThat(Await.value(
                        client.session.renew(Client.grant("a", attempt, base), Client.terms(Duration.ofSeconds(1)))))
                .isTrue();
        assertThat(client.taken("a", attempt(), false)).isGreaterThan(Duration.ofMinutes(1));
    }

    private static long granted(CompletionStage<AcquireAnswer> asked) {
        AcquireAnswer answer = Await.value(asked);
        assertThat(answer).isInstanceOf(AcquireAnswer.Granted.class);
        return ((AcquireAnswer.Granted) answer).base();
    }

    @Test
    void firstRequestsForANameAtTheSameTimeAreGrantedOnce() throws Exception {
        List<Client> clients = IntStream.range(0, 6).mapToObj(i -> client()).toList();
        for (int round = 0; round < 30; round++) {
            String name = "new-" + round;
            List<CompletableFuture<AcquireAnswer>> asked = clients.stream()
                    .map(client -> client.ask(name, attempt(), false).toCompletableFuture())
                    .toList();
            assertThat(asked.stream().map(Await::value).filter(answer -> answer instanceof AcquireAnswer.Granted))
                    .hasSize(1);
        }
    }

    @Test
    void moreNeverHoldASemaphoreThanItHasPermits() throws Exception {
        List<Client> clients = IntStream.range(0, 6).mapToObj(i -> client()).toList();
        LockTerms terms = new LockTerms(FencingToken.Kind.PERMIT, 2, Client.LONG, Duration.ZERO);
        for (int round = 0; round < 20; round++) {
            LockResource resource = new LockResource(LockResource.Kind.SEMAPHORE, "permits-" + round);
            List<CompletableFuture<AcquireAnswer>> asked = clients.stream()
                    .map(client -> client.session
                            .acquire(new AcquireRequest(resource, attempt(), terms, 0, true))
                            .toCompletableFuture())
                    .toList();
            List<AcquireAnswer.Granted> granted = asked.stream()
                    .map(Await::value)
                    .filter(AcquireAnswer.Granted.class::isInstance)
                    .map(AcquireAnswer.Granted.class::cast)
                    .toList();
            assertThat(granted).hasSize(2);
            long floor = granted.stream()
                    .mapToLong(AcquireAnswer.Granted::base)
                    .min()
                    .orElseThrow();
            assertThat(granted).allSatisfy(answer -> assertThat(answer.floor()).isEqualTo(floor));
        }
    }

    /** On MySQL a statement that grants nothing leaves the connection's last id as it was. */
    @Test
    void aConnectionThatHasJustGrantedDoesNotGrantWhatIsTaken() throws SQLException {
        try (HikariDataSource pool = pool(config -> config.setMaximumPoolSize(1))) {
            Client client = new Client(backend(pool));
            String holder = attempt();
            long base = client.granted("a", holder);
            String other = attempt();
            long otherBase = client.granted("b", other);
            client.taken("a", attempt(), false);
            assertThat(client.granted("b", other)).as("the same attempt again").isEqualTo(otherBase);
            assertThat(client.granted("a", holder)).isEqualTo(base);
        }
    }

    @Test
    void aTableThatIsMissingIsNamed() throws SQLException {
        execute("DROP TABLE pawl_lock");
        Client client = client();
        String message = "table pawl_lock must exist, as createSchema or the files schema/*.sql make it: ";
        for (CompletionStage<?> stage : List.of(
                client.ask("a", attempt(), false),
                client.session.renew(Client.grant("a", "x", 1), Client.terms(Client.LONG)),
                client.session.verify(Client.grant("a", "x", 1)),
                client.session.release(Client.grant("a", "x", 1), TOMBSTONE),
                backend(dataSource()).administration().list(LockResource.Kind.LOCK))) {
            BackendException failure = Await.failure(stage);
            assertThat(failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
            assertThat(failure).hasMessageContaining(message);
        }
    }

    @Test
    void theTableMayBeMadeByManyAtOnceAndAgain() throws Exception {
        execute("DROP TABLE pawl_lock");
        inParallel(List.of(1, 2, 3, 4), i -> backend(dataSource()).createSchema());
        backend(dataSource()).createSchema();
        client().granted("a", attempt());
    }

    @Test
    void aRowOfANewerFormatIsRefusedAndStaysAsItIs() throws SQLException {
        Client client = client();
        String attempt = attempt();
        long base = client.granted("a", attempt);
        execute("UPDATE pawl_lock SET format_version = 2");
        for (CompletionStage<?> stage : List.of(
                client.ask("a", attempt(), true),
                client.session.renew(Client.grant("a", attempt, base), Client.terms(Client.LONG)),
                client.session.release(Client.grant("a", attempt, base), Duration.ZERO))) {
            BackendException failure = Await.failure(stage);
            assertThat(failure).hasMessageContaining("format version of a lock must be 1: format_version=2");
            assertThat(failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        }
        execute("UPDATE pawl_lock SET format_version = 2, until_us = 0");
        assertThat(Await.failure(client.ask("a", attempt(), true))).hasMessageContaining("format_version=2");
        execute("UPDATE pawl_lock SET format_version = 1");
        assertThat(client.granted("a", attempt())).isGreaterThan(base);
    }

    @Test
    void tokensGoOnAboveARowThatWasDeletedAndOneWhoseCounterIsAhead() throws SQLException {
        Client client = client();
        long base = client.granted("a", attempt());
        execute("DELETE FROM pawl_lock");
        String attempt = attempt();
        long second = client.granted("a", attempt);
        assertThat(second).isGreaterThan(base);
        long ahead = AcquireAnswer.GREATEST_BASE - 10;
        execute("UPDATE pawl_lock SET until_us = 0, counter = " + ahead);
        assertThat(client.granted("a", attempt())).isEqualTo(ahead + 1);
        execute("UPDATE pawl_lock SET until_us = 0");
        client.release("a", attempt(), 0, TOMBSTONE);
        String waiting = attempt();
        assertThat(client.granted("a", waiting)).isEqualTo(ahead + 2);
    }

    @Test
    void whatHasEndedLeavesNothingButTheCounter() throws SQLException {
        Client client = client();
        String attempt = attempt();
        long base = client.granted("a", attempt);
        String left = attempt();
        client.taken("a", left, true);
        client.release("a", left, 0);
        String dead = attempt();
        client.taken("a", dead, true);
        assertThat(client.release("a", attempt, base)).isTrue();
        execute("UPDATE pawl_lock SET more_until_us = 1");
        String next = attempt();
        assertThat(client.release("a", next, client.granted("a", next))).isTrue();
        try (Connection connection = dataSource().getConnection();
                Statement statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT holder, more, until_us FROM pawl_lock")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getString(1)).isEmpty();
            assertThat(rows.getString(2)).isEmpty();
            assertThat(rows.getLong(3)).isZero();
            assertThat(rows.next()).isFalse();
        }
    }

    @Test
    void theDocumentedCleaningTakesWhatNobodyHasUsedForLongAndNothingElse() throws Exception {
        Client client = client();
        String attempt = attempt();
        client.release("old", attempt, client.granted("old", attempt));
        Await.value(backend(dataSource()).administration().nextBoot("worker"));
        client.granted("held", attempt());
        client.release("asked for", attempt(), 0, TOMBSTONE);
        execute("UPDATE pawl_lock SET counter = 5");
        client.release("recent", attempt, client.granted("recent", attempt));
        for (String sql : DocumentedSql.after("### Cleaning up")) {
            execute(sql);
        }
        try (Connection connection = dataSource().getConnection();
                Statement statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT COUNT(*) FROM pawl_lock")) {
            rows.next();
            assertThat(rows.getInt(1)).as("rows left: all but the old one").isEqualTo(4);
        }
    }

    @Test
    void aNamespaceHasLocksOfItsOwn() {
        client().granted("a", attempt());
        Client other = new Client(JdbcLockBackend.of(dataSource(), "shop/a", ThreadPerTask.INSTANCE));
        other.granted("a", attempt());
        assertThatThrownBy(() -> JdbcLockBackend.of(dataSource(), "x".repeat(481), ThreadPerTask.INSTANCE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("namespace must have at most 480 bytes");
        new Client(JdbcLockBackend.of(dataSource(), "x".repeat(480), ThreadPerTask.INSTANCE))
                .granted("x".repeat(512), attempt());
    }

    @Test
    void aReadWriteLockIsRefused() {
        AcquireRequest request = new AcquireRequest(
                new LockResource(LockResource.Kind.READ_WRITE, "a"), attempt(), Client.terms(Client.LONG), 0, false);
        assertThat(Await.failure(client().session.acquire(request)))
                .hasMessageContaining("read-write locks are not offered");
    }

    private interface Work<T> {
        void on(T item) throws Exception;
    }

    static <T> void inParallel(List<T> items, Work<T> work) {
        List<CompletableFuture<Void>> running = items.stream()
                .map(item -> CompletableFuture.runAsync(
                        () -> {
                            try {
                                work.on(item);
                            } catch (Exception e) {
                                throw new IllegalStateException(e);
                            }
                        },
                        ThreadPerTask.INSTANCE))
                .toList();
        running.forEach(Await::value);
    }

    final HikariDataSource pool(Consumer<HikariConfig> settings) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url());
        config.setMaximumPoolSize(8);
        config.setMinimumIdle(1);
        settings.accept(config);
        return new HikariDataSource(config);
    }
}
