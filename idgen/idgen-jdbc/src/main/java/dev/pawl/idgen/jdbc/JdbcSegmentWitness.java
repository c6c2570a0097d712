package dev.pawl.idgen.jdbc;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.idgen.spi.SegmentWitness;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the marks of a segment store's tags in the table {@code pawl_witness} of another database: H2 2.x, PostgreSQL
 * 9.6 and later, MariaDB or MySQL 8; the connection says which it is, and any other is refused.
 *
 * <p><b>Guarantee.</b> It must lie in another failure domain than the store that it watches: a second server, with backups
 * of its own. In the store's database it goes back together with the store and finds nothing out; nothing here can tell
 * that, so nothing refuses it. Each change is one statement under a condition on the mark, on a connection of its own in
 * auto-commit mode, never part of the caller's transaction. {@link #scope()} names the table and, once the database was
 * met, what weakens its durability: a witness that forgets a mark does not find out a store that went back as far. H2 is
 * told to sync after every change; open its file with {@link EmbeddedH2#url}.
 *
 * <p><b>Failures.</b> A stage completes with a {@link BackendException}: {@code NOT_APPLIED} where no connection could be
 * had or the database refused the statement, {@code UNKNOWN} where a reply is missing; no call is repeated then. A row
 * whose format version is newer than this code is refused.
 *
 * <p><b>Threads.</b> Thread-safe; nothing blocks the caller but {@link #createSchema}. Data source, executor, threads and
 * the time limit (5 s unless told) are as in {@link JdbcSegmentStore}; the witness closes neither.
 */
public final class JdbcSegmentWitness implements SegmentWitness {

    private static final Duration TIME_LIMIT = Duration.ofSeconds(5);
    private static final int FORMAT_VERSION = 1;

    /** How often a mark is raised where a look at it says that it can be, since others changed it meanwhile. */
    private static final int ATTEMPTS = 5;

    private record Statements(String raise, String create, String lower, String read) {

        private static Statements of(Dialect dialect) {
            return new Statements(
                    dialect.statement("witness/raise"),
                    dialect.statement("witness/create"),
                    dialect.statement("witness/lower"),
                    dialect.statement("witness/read"));
        }
    }

    private static final Map<Dialect, Statements> STATEMENTS = new ConcurrentHashMap<>();

    private final Table table;

    private JdbcSegmentWitness(Table table) {
        this.table = table;
    }

    /**
     * Makes a witness with a time limit of 5 seconds for each statement. Does no I/O: the database is met with the first
     * operation.
     *
     * @param dataSource where connections to the witness's database come from; a pool, but for tests
     * @param executor where operations run, with threads of its own
     * @return the witness
     */
    public static JdbcSegmentWitness of(DataSource dataSource, Executor executor) {
        return of(dataSource, executor, TIME_LIMIT);
    }

    /**
     * Makes a witness. Does no I/O: the database is met with the first operation.
     *
     * @param dataSource where connections to the witness's database come from; a pool, but for tests
     * @param executor where operations run, with threads of its own
     * @param timeLimit how long a statement may take, in whole seconds, from 1 second to 1 hour
     * @return the witness
     * @throws IllegalArgumentException if the time limit is out of bounds
     */
    public static JdbcSegmentWitness of(DataSource dataSource, Executor executor, Duration timeLimit) {
        return new JdbcSegmentWitness(new Table("pawl_witness", dataSource, executor, timeLimit));
    }

    /**
     * Makes the table where it is missing, from the file {@code schema/<dialect>-witness.sql} in this jar. Call it only
     * where the program may change the schema; a migration tool can run the same file. May be called again, and by
     * several processes at once. Blocks, while the work runs on the executor: do not call it on the executor's only
     * thread.
     *
     * @throws BackendException if the table could not be made
     */
    public void createSchema() {
        table.create("witness/read", "witness");
    }

    @Override
    public CompletionStage<OptionalLong> raise(String tag, long first, long last) {
        SegmentWitness.requireRaise(tag, first, last);
        return table.run("raising the witness of tag " + tag, (session, dialect) -> {
            for (int i = 0; i < ATTEMPTS; i++) {
                if (raised(session, dialect, tag, first, last)) {
                    Table.synced(session, dialect);
                    return OptionalLong.empty();
                }
                OptionalLong mark = mark(session, dialect, tag);
                if (mark.isPresent() && mark.getAsLong() >= first) {
                    return mark;
                }
                if (mark.isEmpty() && Table.inserted(session, statements(dialect).create, tag, last, FORMAT_VERSION)) {
                    Table.synced(session, dialect);
                    return OptionalLong.empty();
                }
            }
            throw new BackendException(
                    "raising the witness of tag " + tag + " failed: the row was changed by others " + ATTEMPTS
                            + " times",
                    Outcome.NOT_APPLIED,
                    null);
        });
    }

    @Override
    public CompletionStage<Boolean> lower(String tag, long from, long to) {
        SegmentWitness.requireLower(tag, from, to);
        return table.run("lowering the witness of tag " + tag, (session, dialect) -> {
            if (session.update(statements(dialect).lower, to, tag, from, FORMAT_VERSION) == 1) {
                return Table.synced(session, dialect);
            }
            mark(session, dialect, tag); // a newer row is no mark of another value
            return false;
        });
    }

    @Override
    public String scope() {
        return table.guarantee().scope();
    }

    private static boolean raised(Session session, Dialect dialect, String tag, long first, long last)
            throws SQLException {
        return session.update(statements(dialect).raise, last, tag, first, FORMAT_VERSION) == 1;
    }

    private static OptionalLong mark(Session session, Dialect dialect, String tag) throws SQLException {
        List<@Nullable String> row = session.read(statements(dialect).read, tag);
        if (row.isEmpty()) {
            return OptionalLong.empty();
        }
        Table.requireKnownFormat("the witness of tag " + tag, FORMAT_VERSION, Table.number(row, 1));
        return OptionalLong.of(Table.number(row, 0));
    }

    private static Statements statements(Dialect dialect) {
        return STATEMENTS.computeIfAbsent(dialect, Statements::of);
    }
}
