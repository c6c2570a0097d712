package dev.pawl.idgen.jdbc;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.idgen.spi.Reservation.Range;
import dev.pawl.idgen.spi.SegmentTag;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** tinyid's table, changed under tinyid's own condition. */
final class TinyIdInfoStore extends PeerStore<TinyIdInfoStore.Row> {

    /** A row as it was read. */
    record Row(long id, long maxId, long version) {}

    private static final String FIND = SqlText.statement("common/tinyid/find.sql");
    private static final String CHANGE = SqlText.statement("common/tinyid/change.sql");
    private static final String CREATE = SqlText.statement("common/tinyid/create.sql");
    private static final int GREATEST_LENGTH = 63;

    TinyIdInfoStore(DataSource dataSource, Executor executor) {
        super("tiny_id_info", dataSource, executor);
    }

    /** A server that is not strict would cut a longer name. */
    @Override
    public CompletionStage<Boolean> create(SegmentTag tag) {
        if (tag.name().length() > GREATEST_LENGTH) {
            throw new IllegalArgumentException(
                    "tag must be 1 to " + GREATEST_LENGTH + " characters in tiny_id_info: tag=" + tag.name());
        }
        return super.create(tag);
    }

    @Override
    Optional<Row> find(Session session, String tag) throws SQLException {
        List<@Nullable String> row = session.read(FIND, tag);
        if (row.isEmpty() || !tag.equals(row.get(0))) {
            return Optional.empty();
        }
        if (Table.number(row, 3) != 1) {
            throw new BackendException(
                    "delta of tag " + tag + " in tiny_id_info must be 1: delta=" + row.get(3),
                    Outcome.NOT_APPLIED,
                    null);
        }
        return Optional.of(new Row(Table.number(row, 4), Table.number(row, 1), Table.number(row, 2)));
    }

    @Override
    long mark(Row row) {
        return row.maxId;
    }

    @Override
    int move(Session session, String tag, Row row, long mark) throws SQLException {
        return session.update(CHANGE, mark, row.id, row.maxId, row.version, tag);
    }

    @Override
    long revisionAfter(Row row, long mark) {
        return row.version + 1;
    }

    @Override
    boolean insert(Session session, SegmentTag tag) throws SQLException {
        return Table.inserted(session, CREATE, tag.name(), tag.firstId() - 1, tag.firstId() - 1);
    }

    @Override
    boolean mayTakeBack(Row row, Range range) {
        return row.version == range.revision() && row.maxId == range.last();
    }
}
