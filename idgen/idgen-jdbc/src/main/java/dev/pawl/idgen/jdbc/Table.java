package dev.pawl.idgen.jdbc;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.idgen.Guarantee;
import dev.pawl.idgen.Guarantee.Level;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
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

    /** The row, or the table's entry in the catalog, was made by another process at this moment. */
    private static final Set<String> MADE_BY_ANOTHER = Set.of(DUPLICATE_KEY, "42P07", "42710", "42S01");

    private record Contact(Dialect dialect, Guarantee guarantee) {}

    private final String name;
    private final OwnConnections connections;
    private volatile @Nullable Contact contact;
    private volatile boolean settingsMayHaveChanged;

    Table(String name, DataSource dataSource, Executor executor, Duration timeLimit) {
        if (timeLimit.compareTo(Duration.ofSeconds(1)) < 0 || timeLimit.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("timeLimit must be in [1 s, 1 h]: timeLimit=" + timeLimit);
        }
        this.name = name;
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

    /** Makes the table where it is missing; blocks, while the work runs on the executor. */
    void create(Function<Dialect, String> schema) {
        try {
            run("making table " + name, (session, dialect) -> created(session, dialect, schema.apply(dialect)))
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

    /** Tells whether a row was not inserted since there is one of the same key. */
    static boolean isDuplicateKey(SQLException e) {
        return DUPLICATE_KEY.equals(e.getSQLState());
    }

    /** Refuses a row that newer code wrote. */
    static void requireKnownFormat(String row, int known, long found) {
        if (found != known) {
            throw new BackendException(
                    "format version of " + row + " must be " + known + ": format_version=" + found,
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

    private static boolean created(Session session, Dialect dialect, String schema) throws SQLException {
        for (int i = 1; ; i++) {
            try {
                session.update(schema);
                return synced(session, dialect);
            } catch (SQLException e) {
                if (i == ATTEMPTS || !MADE_BY_ANOTHER.contains(String.valueOf(e.getSQLState()))) {
                    throw e;
                }
            }
        }
    }
}
