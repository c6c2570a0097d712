package dev.pawl.idgen.jdbc;

import dev.pawl.idgen.spi.ResetPeriod;
import dev.pawl.idgen.spi.TagState;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The rows of the table {@code pawl_segment}: how they are read and written. */
final class SegmentRows {

    /** The newest format version that this code knows: a row that is paused or reset; any other row is of version 1. */
    private static final int FORMAT_VERSION = 2;

    private record Statements(String create, String change, String find, String list) {

        private static Statements of(Dialect dialect) {
            return new Statements(
                    dialect.statement("create"),
                    dialect.statement("change"),
                    dialect.statement("find"),
                    dialect.statement("list"));
        }
    }

    private static final ReentrantLock MAKING = new ReentrantLock();
    private static final Map<Dialect, Statements> STATEMENTS = new EnumMap<>(Dialect.class);

    static {
        for (Dialect dialect : Dialect.values()) {
            STATEMENTS.put(dialect, Statements.of(dialect));
        }
    }

    private SegmentRows() {}

    /** Makes the table, or adds what an older one lacks. */
    static boolean makeTable(Session session, Dialect dialect) throws SQLException {
        // H2 shows the table missing to others while it adds a column, but one process alone has its file open.
        MAKING.lock();
        try {
            String look = statements(dialect).find;
            if (!Table.isThere(session, look)) {
                session.update(dialect.schema());
                if (dialect.upgrade().isPresent() && !Table.isThere(session, look)) {
                    session.update(dialect.upgrade().get());
                }
            }
            return true;
        } finally {
            MAKING.unlock();
        }
    }

    /** Writes a new tag, unless there is one of its name. */
    static boolean create(Session session, Dialect dialect, TagState tag) throws SQLException {
        return Table.inserted(
                        session,
                        statements(dialect).create,
                        tag.name(),
                        tag.maxId(),
                        tag.lastId(),
                        tag.reset().map(ResetPeriod::text).orElse(null),
                        formatOf(tag))
                && Table.synced(session, dialect);
    }

    /** Reads tags in the order of their names. */
    static List<TagState> list(Session session, Dialect dialect, String after, int limit) throws SQLException {
        List<TagState> tags = new ArrayList<>();
        for (List<@Nullable String> columns : session.readAll(statements(dialect).list, after, limit)) {
            tags.add(tagOf(columns));
        }
        return List.copyOf(tags);
    }

    /** Reads a tag. */
    static Optional<TagState> find(Session session, Dialect dialect, String tag) throws SQLException {
        List<@Nullable String> columns = session.read(statements(dialect).find, tag);
        // A database may find a name that differs in spaces at the end.
        boolean isTag = !columns.isEmpty() && tag.equals(columns.get(0));
        return isTag ? Optional.of(tagOf(columns)) : Optional.empty();
    }

    private static TagState tagOf(List<@Nullable String> columns) {
        String tag = Table.text(columns, 0);
        Table.requireKnownFormat("tag " + tag, FORMAT_VERSION, Table.number(columns, 6));
        return new TagState(
                tag,
                Table.number(columns, 1),
                Table.number(columns, 2),
                Optional.ofNullable(columns.get(3)).map(ResetPeriod::parse),
                Table.number(columns, 4) != 0,
                Table.number(columns, 5));
    }

    /** Writes what comes after a tag that was read, unless another process has changed it since. */
    static boolean change(Session session, Dialect dialect, TagState before, TagState next, long granted)
            throws SQLException {
        int rows = session.update(
                statements(dialect).change,
                next.lastId(),
                next.maxId(),
                next.paused() ? 1 : 0,
                granted,
                formatOf(next),
                next.name(),
                before.revision());
        return rows == 1 && Table.synced(session, dialect);
    }

    /** Older code knows neither pauses nor resets, and must leave such a row alone. */
    private static int formatOf(TagState state) {
        return state.paused() || state.reset().isPresent() ? 2 : 1;
    }

    private static Statements statements(Dialect dialect) {
        return Objects.requireNonNull(STATEMENTS.get(dialect), "statements");
    }
}
