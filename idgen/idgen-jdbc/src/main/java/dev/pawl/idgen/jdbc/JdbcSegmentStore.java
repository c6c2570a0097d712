package dev.pawl.idgen.jdbc;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.idgen.Guarantee;
import dev.pawl.idgen.spi.Reservation;
import dev.pawl.idgen.spi.Reservation.Exhausted;
import dev.pawl.idgen.spi.Reservation.Range;
import dev.pawl.idgen.spi.Reservation.UnknownTag;
import dev.pawl.idgen.spi.SegmentDemand;
import dev.pawl.idgen.spi.SegmentStore;
import dev.pawl.idgen.spi.SegmentTag;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

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

    private static final Duration TIME_LIMIT = Duration.ofSeconds(5);
    private static final int FORMAT_VERSION = 1;

    /** How often a reservation is tried where the row said no and a look at it says yes, since others changed it. */
    private static final int ATTEMPTS = 5;

    private final Table table;

    private JdbcSegmentStore(DataSource dataSource, Executor executor, Duration timeLimit) {
        this.table = new Table("pawl_segment", dataSource, executor, timeLimit);
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
        return new JdbcSegmentStore(dataSource, executor, timeLimit);
    }

    /**
     * Makes the table where it is missing, from the file {@code schema/<dialect>.sql} in this jar. Call it only where the
     * program may change the schema; a migration tool can run the same file. May be called again, and by several
     * processes at once. Blocks, while the work runs on the executor: do not call it on the executor's only thread.
     *
     * @throws BackendException if the table could not be made
     */
    public void createSchema() {
        table.create(Dialect::schema);
    }

    @Override
    public CompletionStage<Boolean> create(SegmentTag tag) {
        Objects.requireNonNull(tag, "tag");
        return table.run("create of tag " + tag.name(), (session, dialect) -> {
            try {
                int rows = session.update(dialect.create(), tag.name(), tag.maxId(), tag.firstId() - 1, FORMAT_VERSION);
                return rows == 1 && Table.synced(session, dialect);
            } catch (SQLException e) {
                if (Table.isDuplicateKey(e)) {
                    return false;
                }
                throw e;
            }
        });
    }

    @Override
    public CompletionStage<Reservation> reserve(SegmentDemand demand) {
        String tag = demand.tag();
        long step = demand.step();
        return table.run("reservation of tag " + tag, (session, dialect) -> {
            for (int i = 0; i < ATTEMPTS; i++) {
                List<@Nullable String> row = session.change(dialect.reserve(), step, step, tag, FORMAT_VERSION);
                if (!row.isEmpty()) {
                    Table.synced(session, dialect);
                    return new Range(Table.number(row, 0), Table.number(row, 1), Table.number(row, 2));
                }
                List<@Nullable String> found = session.read(dialect.find(), tag);
                if (found.isEmpty()) {
                    return new UnknownTag();
                }
                Table.requireKnownFormat("tag " + tag, FORMAT_VERSION, Table.number(found, 2));
                if (Table.number(found, 1) >= Table.number(found, 0)) {
                    return new Exhausted(Table.number(found, 0));
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
        return table.run("give-back to tag " + tag, (session, dialect) -> {
            int rows = session.update(
                    dialect.giveBack(), lastUsed, lastUsed, tag, range.revision(), range.last(), FORMAT_VERSION);
            return rows == 1 && Table.synced(session, dialect);
        });
    }

    @Override
    public Guarantee guarantee() {
        return table.guarantee();
    }
}
