package dev.pawl.idgen.jdbc;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.common.Ticker;
import dev.pawl.idgen.Guarantee;
import dev.pawl.idgen.Guarantee.Level;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One of our tables: how its database is reached, which one it is, and how durable it keeps what the table holds. The
 * database is met with the first operation, and asked again for its settings after each failure. Thread-safe.
 */
final class Table {

    /** An operation on a connection of its own. */
    interface Work<T> {
        T on(Session session, Dialect dialect) throws SQLException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(Table.class);

    /** How often the table is made while other processes make it, too. */
    private static final int ATTEMPTS = 5;

    private static final String DUPLICATE_KEY = "23505";

    /** The class of states with which a database says that it knows no such table or column. */
    private static final String UNKNOWN_NAME = "42";

    /** The row, or the table's entry in the catalog, is made by another process at this moment. */
    private static final Set<String> MADE_BY_ANOTHER = Set.of(DUPLICATE_KEY, "42P07", "42710", "42S01", "42S21");

    /** MariaDB and MySQL have one state for all constraints. */
    private static final String CONSTRAINT = "23000";

    private static final int DUPLICATE_ENTRY = 1062;

    private record Contact(Dialect dialect, Guarantee guarantee) {}

    private final String name;
    private final Duration timeLimit;
    private final Ticker ticker = Ticker.system();
    private final OwnConnections connections;
    private volatile @Nullable Contact contact;
    private volatile boolean settingsMayHaveChanged;

    Table(String name, DataSource dataSource, Executor executor, Duration timeLimit) {
        if (timeLimit.compareTo(Duration.ofSeconds(1)) < 0 || timeLimit.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("timeLimit must be in [1 s, 1 h]: timeLimit=" + timeLimit);
        }
        this.name = name;
        this.timeLimit = timeLimit;
        this.connections = new OwnConnections(
                Objects.requireNonNull(dataSource, "dataSource"),
                Objects.requireNonNull(executor, "executor"),
                timeLimit,
                () -> settingsMayHaveChanged = true);
    }

    /** Runs the work; {@code what} names it in the message of a failure. */
    <T> CompletionStage<T> run(String what, Work<T> work) {
        return connections.run(what, session -> work.on(session, dialect(session)));
    }

    /**
     * Runs attempts, each of which is one compare-and-set, until one is not overtaken: of those who contend for a row one
     * always wins, so that this ends with the time limit for the unlucky only.
     */
    <T> CompletionStage<T> contend(String what, Work<Optional<T>> attempt) {
        return run(what, (session, dialect) -> {
            long start = ticker.nanos();
            int attempts = 0;
            do {
                attempts++;
                Optional<T> done = attempt.on(session, dialect);
                if (done.isPresent()) {
                    return done.get();
                }
            } while (ticker.nanos() - start < timeLimit.toNanos());
            throw new BackendException(
                    what + " failed: others changed the row before each of " + attempts + " attempts within "
                            + timeLimit,
                    Outcome.NOT_APPLIED,
                    null);
        });
    }

    /** Makes the table where a look at it fails; blocks, while the work runs on the executor. */
    void create(String look, String schema) {
        make((session, dialect) -> {
            if (!isThere(session, dialect.statement(look))) {
                session.update(dialect.schema(schema));
            }
            return true;
        });
    }

    /**
     * Tells whether a database understands a look at a table, which has one name as its parameter. Making a table that is
     * there would do nothing either, but takes rights that a program need not have.
     */
    static boolean isThere(Session session, String look) throws SQLException {
        try {
            List<?> unused = session.readAll(look, "");
            return true;
        } catch (SQLException e) {
            if (String.valueOf(e.getSQLState()).startsWith(UNKNOWN_NAME)) {
                return false;
            }
            throw e;
        }
    }

    /** Makes or changes the table; blocks, while the work runs on the executor. */
    void make(Work<?> work) {
        try {
            run("making table " + name, (session, dialect) -> made(session, dialect, work))
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof BackendException failure ? failure : e;
        }
    }

    Guarantee guarantee() {
        Contact met = contact;
        return met != null
                ? met.guarantee
                : new Guarantee(Level.BEST_EFFORT, "table " + name + " of a database that was not met yet");
    }

    /** Nothing that was changed may be used before this has returned. */
    static boolean synced(Session session, Dialect dialect) throws SQLException {
        if (dialect.sync().isPresent()) {
            session.run(dialect.sync().get());
        }
        return true;
    }

    /** Inserts a row, unless there is one of the same key. */
    static boolean inserted(Session session, String sql, @Nullable Object... parameters) throws SQLException {
        try {
            return session.update(sql, parameters) == 1;
        } catch (SQLException e) {
            if (isDuplicateKey(e)) {
                return false;
            }
            throw e;
        }
    }

    /** Tells whether a row was not inserted since there is one of the same key. */
    static boolean isDuplicateKey(SQLException e) {
        return DUPLICATE_KEY.equals(e.getSQLState())
                || (CONSTRAINT.equals(e.getSQLState()) && e.getErrorCode() == DUPLICATE_ENTRY);
    }

    /** Refuses a row that newer code wrote. */
    static void requireKnownFormat(String row, int known, long found) {
        if (found < 1 || found > known) {
            throw new BackendException(
                    "format version of " + row + " must be in [1, " + known + "]: format_version=" + found,
                    Outcome.NOT_APPLIED,
                    null);
        }
    }

    /** Reads a column of whole numbers, counted from 0. */
    static long number(List<@Nullable String> row, int column) {
        return Long.parseLong(text(row, column));
    }

    /** Reads a column that is never null, counted from 0. */
    static String text(List<@Nullable String> row, int column) {
        return Objects.requireNonNull(row.get(column), "column");
    }

    /** Asks the database who it is and how durable it is, at the first contact and after each failure. */
    private Dialect dialect(Session session) throws SQLException {
        Contact met = contact;
        if (met != null && !settingsMayHaveChanged) {
            return met.dialect;
        }
        settingsMayHaveChanged = false;
        Dialect dialect = Dialect.of(session.connection());
        String database = String.valueOf(session.connection().getCatalog());
        Guarantee now = dialect.guarantee(session.read(dialect.settings(), name), name, database);
        if (now.level() != Level.PROVEN && !now.equals(guarantee())) {
            LOG.warn("What a store keeps is {} only: {}", now.level(), now.scope());
        }
        contact = new Contact(dialect, now);
        return dialect;
    }

    private static boolean made(Session session, Dialect dialect, Work<?> work) throws SQLException {
        for (int i = 1; ; i++) {
            try {
                work.on(session, dialect);
                return synced(session, dialect);
            } catch (SQLException e) {
                if (i == ATTEMPTS || !MADE_BY_ANOTHER.contains(String.valueOf(e.getSQLState()))) {
                    throw e;
                }
            }
        }
    }
}
