package dev.pawl.idgen.jdbc;

import dev.pawl.idgen.spi.Reservation.Range;
import dev.pawl.idgen.spi.SegmentTag;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Leaf's table; a row is its {@code max_id}: the next number, one above the mark. */
final class LeafAllocStore extends PeerStore<Long> {

    private static final String FIND = SqlText.statement("common/leaf/find.sql");
    private static final String RESERVE = SqlText.statement("common/leaf/reserve.sql");
    private static final String CREATE = SqlText.statement("common/leaf/create.sql");

    LeafAllocStore(DataSource dataSource, Executor executor) {
        super("leaf_alloc", dataSource, executor);
    }

    @Override
    Optional<Long> find(Session session, String tag) throws SQLException {
        List<@Nullable String> row = session.read(FIND, tag);
        return !row.isEmpty() && tag.equals(row.get(0)) ? Optional.of(Table.number(row, 1)) : Optional.empty();
    }

    @Override
    long mark(Long maxId) {
        return maxId - 1;
    }

    @Override
    int move(Session session, String tag, Long maxId, long mark) throws SQLException {
        return session.update(RESERVE, mark + 1, tag, maxId);
    }

    @Override
    long revisionAfter(Long maxId, long mark) {
        return mark + 1;
    }

    @Override
    boolean insert(Session session, SegmentTag tag) throws SQLException {
        return Table.inserted(session, CREATE, tag.name(), tag.firstId());
    }

    /** The mark is its own revision: lowered, it would rise to the same value again. */
    @Override
    boolean mayTakeBack(Long maxId, Range range) {
        return false;
    }
}
