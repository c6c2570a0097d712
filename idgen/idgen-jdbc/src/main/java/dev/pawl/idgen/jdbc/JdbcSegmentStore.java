package dev.pawl.idgen.jdbc;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.idgen.Guarantee;
import dev.pawl.idgen.Guarantee.Level;
import dev.pawl.idgen.spi.Reservation;
import dev.pawl.idgen.spi.Reservation.Exhausted;
import dev.pawl.idgen.spi.Reservation.Range;
import dev.pawl.idgen.spi.Reservation.UnknownTag;
import dev.pawl.idgen.spi.SegmentStore;
import dev.pawl.idgen.spi.SegmentTag;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reserves ranges in the table {@code pawl_segment} of H2 2.x or PostgreSQL 9.6 and later; the connection says which it
 * is, and any other database is refused. All stores over one table share its tags.
 *
 * <p><b>Guarantee.</b> A reservation is one statement on a connection of its own in auto-commit mode, never part of the
 * caller's transaction: a rollback there does not bring a range back. It is as durable as the database's settings make
 * it; they are read with the first operation and again after each failure, and {@link #guarantee()} names the one that
 * is too weak. H2 is told to sync after every change ({@code CHECKPOINT SYNC}, which needs an admin user); open its file
 * with {@link EmbeddedH2#url}. A database that is restored from a backup, or fails over to a replica that lags, goes
 * back to older marks, which no store can see by itself.
 *
 * <p><b>Failures.</b> A stage completes with a {@link BackendException}: {@code NOT_APPLIED} where no connection could be
 * had or the database refused the statement, {@code UNKNOWN} where a reply is missing; an unknown reservation may have
 * cost a range and never repeats one. A row whose format version is newer than this code is refused.
 *
 * <p><b>Threads.</b> Thread-safe; nothing blocks the caller but {@link #createSchema}. Each operation holds one thread of
 * the executor and one connection of the data source, and stages complete on that thread. A statement may take as long
 * as the time limit (5 s unless told), a server that went silent twice that; how long a connection may take is the
 * pool's matter. Give the store the plain data source, not a proxy that hands out the transaction of a thread, and an
 * executor with threads of its own: a connection with auto-commit off that would be used on the calling thread is
 * refused. The store closes neither the data source nor the executor.
 */
public final class JdbcSegmentStore implements SegmentStore {

    private static final Logger LOG = LoggerFactory.getLogger(JdbcSegmentStore.class);
    private static final Duration TIME_LIMIT = Duration.ofSeconds(5);
    private static final int FORMAT_VERSION = 1;

    /** How often a reservation is tried where the row said no and a look at it says yes, since others changed it. */
    private static final int ATTEMPTS = 5;

    /** Duplicate key: the tag, or the table's entry in the catalog, was made by another process at this moment. */
    private static final String DUPLICATE_KEY = "23505";

    private static final Set<String> MADE_BY_ANOTHER = Set.of(DUPLICATE_KEY, "42P07", "42710", "42S01");

    private record Contact(Dialect dialect, Guarantee guarantee) {}

    private final OwnConnections connections;
    private volatile @Nullable Contact contact;
    private volatile boolean settingsMayHaveChanged;

    private JdbcSegmentStore(DataSource dataSource, Executor executor, Duration timeLimit) {
        this.connections = new OwnConnections(dataSource, executor, timeLimit, () -> settingsMayHaveChanged = true);
    }

    /**
     * Makes a store with a time limit of 5 seconds for each statement. Does no I/O: the database is met with the first
     * operation.
     *
     * @param dataSource where connections come from; a pool, but for tests
     * @param executor where operations run, with threads of its own
     * @return the store
     */
    public static JdbcSegmentStore of(DataSource dataSource, Executor executor) {
        return of(dataSource, executor, TIME_LIMIT);
    }

    /**
     * Makes a store. Does no I/O: the database is met with the first operation.
     *
     * @param dataSource where connections come from; a pool, but for tests
     * @param executor where operations run, with threads of its own
     * @param timeLimit how long a statement may take, in whole seconds, from 1 second to 1 hour
     * @return the store
     * @throws IllegalArgumentException if the time limit is out of bounds
     */
    public static JdbcSegmentStore of(DataSource dataSource, Executor executor, Duration timeLimit) {
        if (timeLimit.compareTo(Duration.ofSeconds(1)) < 0 || timeLimit.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("timeLimit must be in [1 s, 1 h]: timeLimit=" + timeLimit);
        }
        return new JdbcSegmentStore(
                Objects.requireNonNull(dataSource, "dataSource"),
                Objects.requireNonNull(executor, "executor"),
                timeLimit);
    }

    /**
     * Makes the table where it is missing, from the file {@code schema/<dialect>.sql} in this jar. Call it only where the
     * program may change the schema; a migration tool can run the same file. May be called again, and by several
     * processes at once. Blocks, while the work runs on the executor: do not call it on the executor's only thread.
     *
     * @throws BackendException if the table could not be made
     */
    public void createSchema() {
        try {
            connections
                    .run("making table pawl_segment", this::createTable)
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof BackendException failure ? failure : e;
        }
    }

    @Override
    public CompletionStage<Boolean> create(SegmentTag tag) {
        Objects.requireNonNull(tag, "tag");
        return connections.run("create of tag " + tag.name(), session -> {
            Dialect dialect = dialect(session);
            try {
                int rows = session.update(dialect.create(), tag.name(), tag.maxId(), tag.firstId() - 1, FORMAT_VERSION);
                return rows == 1 && synced(session, dialect);
            } catch (SQLException e) {
                if (DUPLICATE_KEY.equals(e.getSQLState())) {
                    return false;
                }
                throw e;
            }
        });
    }

    @Override
    public CompletionStage<Reservation> reserve(String tag, long step) {
        SegmentTag.requireName(tag);
        if (step < 1) {
            throw new IllegalArgumentException("step must be >= 1: step=" + step);
        }
        return connections.run("reservation of tag " + tag, session -> {
            Dialect dialect = dialect(session);
            for (int i = 0; i < ATTEMPTS; i++) {
                List<@Nullable String> row = session.change(dialect.reserve(), step, step, tag, FORMAT_VERSION);
                if (!row.isEmpty()) {
                    synced(session, dialect);
                    return new Range(number(row, 0), number(row, 1), number(row, 2));
                }
                List<@Nullable String> found = session.read(dialect.find(), tag);
                if (found.isEmpty()) {
                    return new UnknownTag();
                }
                requireKnownFormat(tag, number(found, 2));
                if (number(found, 1) >= number(found, 0)) {
                    return new Exhausted(number(found, 0));
                }
            }
            throw new BackendException(
                    "reservation of tag " + tag + " failed: the row was changed by others " + ATTEMPTS + " times",
                    Outcome.NOT_APPLIED,
                    null);
        });
    }

    @Override
    public CompletionStage<Boolean> giveBack(String tag, Range range, long lastUsed) {
        SegmentTag.requireName(tag);
        if (lastUsed < range.first() - 1 || lastUsed > range.last()) {
            throw new IllegalArgumentException(
                    "lastUsed must be in [" + (range.first() - 1) + ", " + range.last() + "]: lastUsed=" + lastUsed);
        }
        return connections.run("give-back to tag " + tag, session -> {
            Dialect dialect = dialect(session);
            int rows = session.update(
                    dialect.giveBack(), lastUsed, lastUsed, tag, range.revision(), range.last(), FORMAT_VERSION);
            return rows == 1 && synced(session, dialect);
        });
    }

    @Override
    public Guarantee guarantee() {
        Contact met = contact;
        return met != null
                ? met.guarantee
                : new Guarantee(Level.BEST_EFFORT, "table pawl_segment of a database that was not met yet");
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
        Guarantee now = dialect.guarantee(session.read(dialect.settings()), database);
        if (now.level() != Level.PROVEN && !now.equals(guarantee())) {
            LOG.warn("Ranges are {} only: {}", now.level(), now.scope());
        }
        contact = new Contact(dialect, now);
        return dialect;
    }

    private boolean createTable(Session session) throws SQLException {
        Dialect dialect = dialect(session);
        for (int i = 1; ; i++) {
            try {
                session.update(dialect.schema());
                return synced(session, dialect);
            } catch (SQLException e) {
                if (i == ATTEMPTS || !MADE_BY_ANOTHER.contains(String.valueOf(e.getSQLState()))) {
                    throw e;
                }
            }
        }
    }

    /** Nothing that was changed may be used before this has returned. */
    private static boolean synced(Session session, Dialect dialect) throws SQLException {
        if (dialect.sync().isPresent()) {
            session.run(dialect.sync().get());
        }
        return true;
    }

    private static void requireKnownFormat(String tag, long formatVersion) {
        if (formatVersion != FORMAT_VERSION) {
            throw new BackendException(
                    "format version of tag " + tag + " must be " + FORMAT_VERSION + ": format_version=" + formatVersion,
                    Outcome.NOT_APPLIED,
                    null);
        }
    }

    private static long number(List<@Nullable String> row, int column) {
        return Long.parseLong(Objects.requireNonNull(row.get(column), "column"));
    }
}
