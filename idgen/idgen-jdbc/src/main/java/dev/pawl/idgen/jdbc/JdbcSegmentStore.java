package dev.pawl.idgen.jdbc;

import dev.pawl.common.BackendException;
import dev.pawl.idgen.Guarantee;
import dev.pawl.idgen.spi.Reservation;
import dev.pawl.idgen.spi.Reservation.Range;
import dev.pawl.idgen.spi.Reservation.UnknownTag;
import dev.pawl.idgen.spi.SegmentDemand;
import dev.pawl.idgen.spi.SegmentStore;
import dev.pawl.idgen.spi.SegmentTag;
import dev.pawl.idgen.spi.TagAdmin;
import dev.pawl.idgen.spi.TagState;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import javax.sql.DataSource;

/**
 * Reserves ranges in the table {@code pawl_segment} of H2 2.x, PostgreSQL 9.6 and later, MariaDB or MySQL 8; the
 * connection says which it is, and any other database is refused. All stores over one table share its tags.
 *
 * <p><b>Guarantee.</b> A reservation reads the tag's row and then changes it under the condition that its revision is
 * still the one read, on a connection of its own in auto-commit mode, never as part of the caller's transaction: a
 * rollback there does not bring a range back. Of several that contend for a row one wins at once, and the others try again
 * until the time limit. It is as durable as the database's settings make it; they are read with the first operation and
 * again after each failure, and {@link #guarantee()} names the one that is too weak. H2 is told to sync after every
 * change ({@code CHECKPOINT SYNC}, which needs an admin user); open its file with {@link EmbeddedH2#url}. A database that
 * is restored from a backup, or fails over to a replica that lags, goes back to older marks, which no store can see by
 * itself.
 *
 * <p><b>Failures.</b> A stage completes with a {@link BackendException}: {@code NOT_APPLIED} where no connection could be
 * had or the database refused the statement, {@code UNKNOWN} where a reply is missing; an unknown reservation may have
 * cost a range and never repeats one. A row whose format version is newer than this code is refused. Rows that are
 * paused or reset are of version 2, so that older code leaves them alone.
 *
 * <p><b>Threads.</b> Thread-safe; nothing blocks the caller but {@link #createSchema}. Each operation holds one thread of
 * the executor and one connection of the data source, and stages complete on that thread. A statement may take as long
 * as the time limit (5 s unless told), a server that went silent twice that; how long a connection may take is the
 * pool's matter. Give the store the plain data source, not a proxy that hands out the transaction of a thread, and an
 * executor with threads of its own: a connection with auto-commit off that would be used on the calling thread is
 * refused. The store closes neither the data source nor the executor.
 */
public final class JdbcSegmentStore implements SegmentStore, TagAdmin {

    private static final Duration TIME_LIMIT = Duration.ofSeconds(5);

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
     * Returns a store over Leaf's table {@code leaf_alloc} as it is, beside instances of Leaf that go on to use it: no
     * number is handed out twice among all. Its {@code max_id} is the next number to hand out; {@code step} is for Leaf
     * only. The table has neither bounds nor a revision: {@code create} throws {@link IllegalArgumentException} for a tag
     * with a greatest number or a reset, and numbers are never given back. Numbers below 1 are skipped. Names compare
     * exactly, even where the table's collation does not. What this class says of threads, failures and durability holds.
     *
     * @param dataSource where connections come from; a pool, but for tests
     * @param executor where operations run, with threads of its own
     * @return the store
     */
    public static SegmentStore leafAlloc(DataSource dataSource, Executor executor) {
        return new LeafAllocStore(dataSource, executor);
    }

    /**
     * Returns a store over tinyid's table {@code tiny_id_info} as it is, beside servers of tinyid that go on to use it, as
     * with {@link #leafAlloc}. Its {@code max_id} is the last number handed out, and its {@code version} the revision, so
     * that numbers are given back. A row with a {@code delta} other than 1 is refused with a {@link BackendException},
     * since its numbers are not one after another. A name has 63 characters at most.
     *
     * @param dataSource where connections come from; a pool, but for tests
     * @param executor where operations run, with threads of its own
     * @return the store
     */
    public static SegmentStore tinyIdInfo(DataSource dataSource, Executor executor) {
        return new TinyIdInfoStore(dataSource, executor);
    }

    /**
     * Makes the table where it is missing, from the file {@code schema/<dialect>.sql} in this jar, and adds what an older
     * one lacks, from {@code schema/<dialect>-upgrade.sql}. Call it only where the program may change the schema; a
     * migration tool can run the same files. May be called again, and by several processes at once. Blocks, while the work
     * runs on the executor: do not call it on the executor's only thread.
     *
     * @throws BackendException if the table could not be made
     */
    public void createSchema() {
        table.make(SegmentRows::makeTable);
    }

    @Override
    public CompletionStage<Boolean> create(SegmentTag tag) {
        TagState created = new TagState(tag.name(), tag.firstId() - 1, tag.maxId(), tag.reset(), false, 0);
        return table.run(
                "create of tag " + tag.name(), (session, dialect) -> SegmentRows.create(session, dialect, created));
    }

    @Override
    public CompletionStage<Reservation> reserve(SegmentDemand demand) {
        return table.contend("reservation of tag " + demand.tag(), (session, dialect) -> {
            Optional<TagState> found = SegmentRows.find(session, dialect, demand.tag());
            if (found.isEmpty()) {
                return Optional.of(new UnknownTag());
            }
            TagState state = found.get();
            Reservation answer = state.answer(demand);
            if (!(answer instanceof Range range)) {
                return Optional.of(answer);
            }
            TagState next = state.forward(range.last(), state.maxId());
            return SegmentRows.change(session, dialect, found.get(), next, range.last() - range.first() + 1)
                    ? Optional.of(range)
                    : Optional.empty();
        });
    }

    @Override
    public CompletionStage<Boolean> giveBack(String tag, Range range, long lastUsed) {
        SegmentTag.requireName(tag);
        range.requireLastUsed(lastUsed);
        return table.run("give-back to tag " + tag, (session, dialect) -> {
            Optional<TagState> found = SegmentRows.find(session, dialect, tag);
            if (found.isEmpty()) {
                return false;
            }
            TagState state = found.get();
            if (state.revision() != range.revision() || state.lastId() != range.last()) {
                return false;
            }
            TagState next =
                    new TagState(tag, lastUsed, state.maxId(), state.reset(), state.paused(), state.revision() + 1);
            return SegmentRows.change(session, dialect, found.get(), next, 0);
        });
    }

    @Override
    public CompletionStage<Optional<TagState>> find(String tag) {
        SegmentTag.requireName(tag);
        return table.run("look at tag " + tag, (session, dialect) -> SegmentRows.find(session, dialect, tag));
    }

    @Override
    public CompletionStage<List<TagState>> list(String after, int limit) {
        Objects.requireNonNull(after, "after");
        TagAdmin.requireLimit(limit);
        return table.run("list of tags", (session, dialect) -> SegmentRows.list(session, dialect, after, limit));
    }

    @Override
    public CompletionStage<Boolean> compareAndSet(TagState next) {
        return table.run("change of tag " + next.name(), (session, dialect) -> {
            Optional<TagState> found = SegmentRows.find(session, dialect, next.name());
            return found.isPresent()
                    && found.get().mayBecome(next)
                    && SegmentRows.change(session, dialect, found.get(), next, 0);
        });
    }

    @Override
    public Guarantee guarantee() {
        return table.guarantee();
    }
}
