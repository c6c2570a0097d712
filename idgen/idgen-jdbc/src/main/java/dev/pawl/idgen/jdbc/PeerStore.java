package dev.pawl.idgen.jdbc;

import dev.pawl.idgen.Guarantee;
import dev.pawl.idgen.spi.Reservation;
import dev.pawl.idgen.spi.Reservation.Range;
import dev.pawl.idgen.spi.Reservation.UnknownTag;
import dev.pawl.idgen.spi.SegmentDemand;
import dev.pawl.idgen.spi.SegmentStore;
import dev.pawl.idgen.spi.SegmentTag;
import dev.pawl.idgen.spi.TagState;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import javax.sql.DataSource;

/**
 * What the tables of other services have in common: a mark per tag, which is changed if it is still as it was read.
 *
 * @param <R> a row as it was read
 */
abstract class PeerStore<R> implements SegmentStore {

    private static final Duration TIME_LIMIT = Duration.ofSeconds(5);
    private static final long GREATEST = Long.MAX_VALUE - 1;

    private final String name;
    private final Table table;

    PeerStore(String name, DataSource dataSource, Executor executor) {
        this.name = name;
        this.table = new Table(name, dataSource, executor, TIME_LIMIT);
    }

    /** Reads a tag's row, if there is one of exactly that name. */
    abstract Optional<R> find(Session session, String tag) throws SQLException;

    /** The greatest number handed out. */
    abstract long mark(R row);

    /** Writes a new mark unless another process has changed the row, and returns how many rows were changed. */
    abstract int move(Session session, String tag, R row, long mark) throws SQLException;

    /** The revision of a range that was reserved from a row. */
    abstract long revisionAfter(R row, long mark);

    /** Writes a new row, unless there is one of the tag's name. */
    abstract boolean insert(Session session, SegmentTag tag) throws SQLException;

    @Override
    public CompletionStage<Boolean> create(SegmentTag tag) {
        if (tag.maxId() != GREATEST || tag.reset().isPresent()) {
            throw new IllegalArgumentException("tag must have neither a greatest number nor a reset, which " + name
                    + " cannot keep: tag=" + tag.name());
        }
        return table.run(
                "create of tag " + tag.name() + " in " + name,
                (session, dialect) -> insert(session, tag) && Table.synced(session, dialect));
    }

    @Override
    public final CompletionStage<Reservation> reserve(SegmentDemand demand) {
        String tag = demand.tag();
        return table.contend("reservation of tag " + tag + " in " + name, (session, dialect) -> {
            Optional<R> row = find(session, tag);
            if (row.isEmpty()) {
                return Optional.of(new UnknownTag());
            }
            // A range begins at 1, however low the peer's mark is.
            long mark = Math.max(0, mark(row.get()));
            Reservation answer = new TagState(tag, mark, GREATEST, Optional.empty(), false, 0).answer(demand);
            if (!(answer instanceof Range range)) {
                return Optional.of(answer);
            }
            if (move(session, tag, row.get(), range.last()) == 0) {
                return Optional.empty();
            }
            Table.synced(session, dialect);
            return Optional.of(new Range(range.first(), range.last(), revisionAfter(row.get(), range.last())));
        });
    }

    @Override
    public final CompletionStage<Boolean> giveBack(String tag, Range range, long lastUsed) {
        SegmentTag.requireName(tag);
        range.requireLastUsed(lastUsed);
        return table.run("give-back to tag " + tag + " in " + name, (session, dialect) -> {
            Optional<R> row = find(session, tag);
            return row.isPresent()
                    && mayTakeBack(row.get(), range)
                    && move(session, tag, row.get(), lastUsed) == 1
                    && Table.synced(session, dialect);
        });
    }

    /** Whether a range is the newest one, as a revision shows. */
    abstract boolean mayTakeBack(R row, Range range);

    @Override
    public final Guarantee guarantee() {
        return table.guarantee();
    }
}
