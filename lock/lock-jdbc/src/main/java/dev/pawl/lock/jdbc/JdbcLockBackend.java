package dev.pawl.lock.jdbc;

import dev.pawl.common.BackendException;
import dev.pawl.common.RatchetClock;
import dev.pawl.common.Ticker;
import dev.pawl.fencing.FencingToken;
import dev.pawl.lock.spi.GrantListener;
import dev.pawl.lock.spi.LockAdministration;
import dev.pawl.lock.spi.LockBackend;
import dev.pawl.lock.spi.LockFeature;
import dev.pawl.lock.spi.LockGuarantees;
import dev.pawl.lock.spi.LockResource;
import dev.pawl.lock.spi.LockSession;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import javax.sql.DataSource;

/**
 * Locks in the table {@code pawl_lock} of PostgreSQL 13 and later, MariaDB 10.6 and later, MySQL 8 or H2 2.x; the connection says
 * which it is, and any other database is refused. A lock that nobody else wants costs one statement to acquire, to renew and to
 * release.
 *
 * <p><b>Guarantee.</b> Time is the database's clock, counted in microseconds since 1970 whatever the time zone of the session.
 * Intervals of valid handles are disjoint as long as the database keeps what it acknowledged and its clock is not set forward by more
 * than a lease's margin. Each change is one statement, on a connection of its own in auto-commit mode, never part of the caller's
 * transaction: a rollback there would undo a grant, and give its token a second time. The token's base is the counter in the lock's
 * row, or the database's clock in microseconds if that is larger, so it rises over the loss of a row too if the clock does.
 *
 * <p>There are no fair locks, since waiting contenders ask by themselves, about once a second, and no read-write locks. On PostgreSQL
 * {@link #withNotifications} has one contender woken by each release.
 *
 * <p>One row stays for each name that was ever used, so that its counter rises; nothing else is kept after use but the id of a holder
 * that died.
 *
 * <p><b>Threads.</b> Thread-safe; nothing blocks the caller but {@link #createSchema}. Each operation holds one thread of the executor
 * and one connection of the data source, and stages complete on that thread. A statement may take as long as the time limit, a server
 * that went silent twice that; how long a connection may take is the pool's matter. Give it the plain data source, not a proxy
 * that hands out the transaction of a thread, and an executor with threads of its own: a connection with auto-commit off that would be
 * used on the calling thread is refused. The backend closes neither the data source nor the executor.
 */
public final class JdbcLockBackend implements LockBackend {

    private static final LockGuarantees GUARANTEES = new LockGuarantees(
            "jdbc",
            EnumSet.of(LockFeature.SEMAPHORE, LockFeature.LOCK_DELAY, LockFeature.DESCRIBE, LockFeature.ADMIN),
            "the database keeps what it acknowledged, and its clock is not set forward; ends with a fail-over to a replica that"
                    + " lags, for up to a lease",
            "the counter in the lock's row; after a loss of it the database's clock, if that does not go back");

    private static final Duration TIME_LIMIT = Duration.ofSeconds(2);

    /** Tokens have the namespace in their issuer, beside a kind and a name of 512 bytes. */
    private static final int GREATEST_NAMESPACE = 480;

    private static final int GREATEST_ISSUER = 1024;

    private final String namespace;
    private final Rows rows;
    private final Optional<Notifications> notifications;

    private JdbcLockBackend(String namespace, Rows rows, Optional<Notifications> notifications) {
        this.namespace = namespace;
        this.rows = rows;
        this.notifications = notifications;
    }

    /**
     * Makes a backend with a time limit of 2 seconds for each statement. Does no I/O: the database is met with the first lock.
     *
     * @param dataSource where connections come from; a pool, but for tests
     * @param namespace keeps users of one table apart: whoever has another one has other locks. 1 to 480 bytes of UTF-8, of which
     *     slashes and percent signs count three times
     * @param executor where operations run, with threads of its own
     * @return the backend
     * @throws IllegalArgumentException if the namespace is too long, empty, or no well-formed text
     */
    public static JdbcLockBackend of(DataSource dataSource, String namespace, Executor executor) {
        return of(dataSource, namespace, executor, TIME_LIMIT);
    }

    /**
     * Makes a backend. Does no I/O: the database is met with the first lock.
     *
     * @param dataSource where connections come from; a pool, but for tests
     * @param namespace as above
     * @param executor where operations run, with threads of its own
     * @param timeLimit how long a statement may take, in whole seconds, from 1 second to 1 hour; well below the leases
     * @return the backend
     * @throws IllegalArgumentException if the time limit or the namespace is out of bounds
     */
    public static JdbcLockBackend of(DataSource dataSource, String namespace, Executor executor, Duration timeLimit) {
        requireRoomForNames(namespace);
        // Counts a suspended machine too, whose tombstones went on.
        Ticker ticker = new RatchetClock(Ticker.system(), Clock.systemUTC());
        Rows rows = new Rows(new Connections(dataSource, executor, timeLimit, ticker), namespace);
        return new JdbcLockBackend(namespace, rows, Optional.empty());
    }

    /** Else a long name would be refused one day, by the first lock that has it. */
    private static void requireRoomForNames(String namespace) {
        String rest = "x".repeat(GREATEST_ISSUER - "jdbc//".length() - GREATEST_NAMESPACE);
        try {
            FencingToken.issuer("jdbc", namespace, rest);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "namespace must have at most " + GREATEST_NAMESPACE + " bytes of UTF-8, slashes and percent signs"
                            + " counted three times: namespace=" + namespace,
                    e);
        }
    }

    /**
     * Returns a backend over the same locks that hears of releases on PostgreSQL by LISTEN and NOTIFY, so that one waiting contender
     * asks at once. It keeps one connection and one daemon thread from the first contender that has to wait until it is closed. Where
     * that connection fails, contenders ask about once a second, as they do without it. Needs PostgreSQL's driver; on another database
     * it says once in the log that it cannot listen.
     *
     * @param listening where the connection comes from: not a pool that is short of connections, nor one that shares connections
     *     between transactions, as PgBouncer may
     * @return the backend; this one need not be closed then
     */
    public JdbcLockBackend withNotifications(DataSource listening) {
        Objects.requireNonNull(listening, "listening");
        return new JdbcLockBackend(namespace, rows, Optional.of(new Notifications(listening)));
    }

    /**
     * Makes the table where it is missing, from the file {@code schema/<dialect>.sql} in this jar. Call it only where the program may
     * change the schema; a migration tool can run the same file. May be called again, and by several processes at once. Blocks, while
     * the work runs on the executor: do not call it on the executor's only thread.
     *
     * @throws BackendException if the table could not be made
     */
    public void createSchema() {
        try {
            boolean unused = rows.createSchema().toCompletableFuture().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof BackendException failure ? failure : e;
        }
    }

    @Override
    public LockGuarantees guarantees() {
        return GUARANTEES;
    }

    @Override
    public String issuer(LockResource resource) {
        return FencingToken.issuer("jdbc", namespace, resource.toString());
    }

    @Override
    public LockSession open(String id, GrantListener listener) {
        return new JdbcLockSession(rows, notifications, listener);
    }

    @Override
    public LockAdministration administration() {
        return new JdbcLockAdministration(rows);
    }

    /** Ends the connection of {@link #withNotifications}, within half a second if the server answers; the rest is the caller's. */
    @Override
    public void close() {
        notifications.ifPresent(Notifications::close);
    }
}
