package dev.pawl.idgen.jdbc;

import dev.pawl.common.BackendException;
import dev.pawl.idgen.Guarantee;
import dev.pawl.idgen.spi.SegmentTag;
import dev.pawl.idgen.spi.WorkerLeaseStore;
import dev.pawl.idgen.spi.WorkerRecord;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the leases of worker ids in the table {@code pawl_worker} of H2 2.x, PostgreSQL 9.6 and later, MariaDB or
 * MySQL 8; the connection says which it is, and any other database is refused. All stores over one table share its spaces.
 *
 * <p><b>Guarantee.</b> Each change is one statement under the condition that the record is still the same version of the
 * same owner's, on a connection of its own in auto-commit mode, never part of the caller's transaction: a rollback there
 * does not bring an older record back. It is as durable as the database's settings make it; they are read with the first
 * operation and again after each failure, and {@link #guarantee()} names the one that is too weak. H2 is told to sync
 * after every change ({@code CHECKPOINT SYNC}, which needs an admin user); open its file with {@link EmbeddedH2#url}. A
 * database that is restored from a backup, or fails over to a replica that lags, goes back to older records, which no
 * store can see by itself.
 *
 * <p><b>Failures.</b> A stage completes with a {@link BackendException}: {@code NOT_APPLIED} where no connection could be
 * had or the database refused the statement, {@code UNKNOWN} where a reply is missing. A row whose format version is newer
 * than this code is refused, by reads too.
 *
 * <p><b>Threads.</b> Thread-safe; nothing blocks the caller but {@link #createSchema}. Each operation holds one thread of
 * the executor and one connection of the data source, and stages complete on that thread. A statement may take as long
 * as the time limit (2 s unless told, which is how long a generator waits), a server that went silent twice that; how
 * long a connection may take is the pool's matter. Give the store the plain data source, not a proxy that hands out the
 * transaction of a thread, and an executor with threads of its own: a connection with auto-commit off that would be used
 * on the calling thread is refused. The store closes neither the data source nor the executor.
 */
public final class JdbcWorkerLeaseStore implements WorkerLeaseStore {

    private static final Duration TIME_LIMIT = Duration.ofSeconds(2);

    private record Statements(String create, String replace, String read, String readAll, String time) {

        private static Statements of(Dialect dialect) {
            return new Statements(
                    dialect.statement("worker/create"),
                    dialect.statement("worker/replace"),
                    dialect.statement("worker/read"),
                    dialect.statement("worker/read-all"),
                    dialect.statement("worker/time"));
        }
    }

    private static final Map<Dialect, Statements> STATEMENTS = new ConcurrentHashMap<>();

    private final Table table;

    private JdbcWorkerLeaseStore(Table table) {
        this.table = table;
    }

    /**
     * Makes a store with a time limit of 2 seconds for each statement. Does no I/O: the database is met with the first
     * operation.
     *
     * @param dataSource where connections come from; a pool, but for tests
     * @param executor where operations run, with threads of its own
     * @return the store
     */
    public static JdbcWorkerLeaseStore of(DataSource dataSource, Executor executor) {
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
    public static JdbcWorkerLeaseStore of(DataSource dataSource, Executor executor, Duration timeLimit) {
        return new JdbcWorkerLeaseStore(new Table("pawl_worker", dataSource, executor, timeLimit));
    }

    /**
     * Makes the table where it is missing, from the file {@code schema/<dialect>-worker.sql} in this jar. Call it only
     * where the program may change the schema; a migration tool can run the same file. May be called again, and by
     * several processes at once. Blocks, while the work runs on the executor: do not call it on the executor's only
     * thread.
     *
     * @throws BackendException if the table could not be made
     */
    public void createSchema() {
        table.create("worker/read-all", "worker");
    }

    @Override
    public CompletionStage<List<WorkerRecord>> readAll(String space) {
        SegmentTag.requireName(space);
        return table.run("read of all worker ids of " + space, (session, dialect) -> {
            List<WorkerRecord> records = new ArrayList<>();
            for (List<@Nullable String> row : session.readAll(statements(dialect).readAll, space)) {
                records.add(record(space, row));
            }
            return records;
        });
    }

    @Override
    public CompletionStage<Optional<WorkerRecord>> read(String space, int workerId) {
        SegmentTag.requireName(space);
        return table.run(
                "read of worker id " + workerId + " of " + space,
                (session, dialect) -> read(session, dialect, space, workerId));
    }

    @Override
    public CompletionStage<Boolean> compareAndSet(String space, Optional<WorkerRecord> expected, WorkerRecord next) {
        SegmentTag.requireName(space);
        WorkerRecord.requireNext(expected, next);
        return table.run("write of worker id " + next.workerId() + " of " + space, (session, dialect) -> {
            boolean written = expected.isPresent()
                    ? replaced(session, dialect, space, expected.get(), next)
                    : Table.inserted(session, statements(dialect).create, parameters(space, next));
            if (!written) {
                // A row of a newer format is no lost race, after which the caller would try again.
                read(session, dialect, space, next.workerId());
            }
            return written && Table.synced(session, dialect);
        });
    }

    @Override
    public CompletionStage<Optional<Instant>> time() {
        return table.run(
                "read of the database's time",
                (session, dialect) ->
                        Optional.of(Instant.ofEpochMilli(Table.number(session.read(statements(dialect).time), 0))));
    }

    @Override
    public Guarantee guarantee() {
        return table.guarantee();
    }

    private static boolean replaced(
            Session session, Dialect dialect, String space, WorkerRecord expected, WorkerRecord next)
            throws SQLException {
        Object[] version = {expected.revision(), expected.incarnation().toString()};
        return session.update(statements(dialect).replace, parameters(space, next, version)) == 1;
    }

    /** The parameters that both changes begin with. */
    private static Object[] parameters(String space, WorkerRecord next, Object... more) {
        List<Object> parameters = new ArrayList<>(List.of(
                next.incarnation().toString(),
                next.fromTick(),
                next.toTick(),
                next.window().toMillis(),
                next.layout(),
                next.revision(),
                space,
                next.workerId(),
                WorkerRecord.FORMAT));
        parameters.addAll(List.of(more));
        return parameters.toArray();
    }

    private static Optional<WorkerRecord> read(Session session, Dialect dialect, String space, int workerId)
            throws SQLException {
        List<@Nullable String> row = session.read(statements(dialect).read, space, workerId);
        return row.isEmpty() ? Optional.empty() : Optional.of(record(space, row));
    }

    private static WorkerRecord record(String space, List<@Nullable String> row) {
        int workerId = Math.toIntExact(Table.number(row, 0));
        Table.requireKnownFormat("worker id " + workerId + " of " + space, WorkerRecord.FORMAT, Table.number(row, 7));
        return new WorkerRecord(
                workerId,
                UUID.fromString(Table.text(row, 1)),
                Table.number(row, 2),
                Table.number(row, 3),
                Duration.ofMillis(Table.number(row, 4)),
                Table.text(row, 5),
                Table.number(row, 6));
    }

    private static Statements statements(Dialect dialect) {
        return STATEMENTS.computeIfAbsent(dialect, Statements::of);
    }
}
