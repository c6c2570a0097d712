package dev.pawl.idgen.server;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.pawl.common.CoordinationException;
import dev.pawl.common.Deadline;
import dev.pawl.common.Ticker;
import dev.pawl.idgen.jdbc.EmbeddedH2;
import dev.pawl.idgen.jdbc.JdbcSegmentStore;
import dev.pawl.idgen.jdbc.JdbcWorkerLeaseStore;
import dev.pawl.idgen.spi.SegmentStore;
import dev.pawl.idgen.spi.WorkerLeaseStore;
import dev.pawl.idgen.store.FileWorkerLeaseStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadPoolExecutor;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;

/** The stores behind the generators: one for segments, one for worker leases. Thread-safe. */
final class Stores implements AutoCloseable {

    private static final int THREADS = 4;

    /** Their own, since a renewal must not wait behind segments. */
    private static final int LEASE_THREADS = 2;

    /** How long a start waits for a database: the first login may take longer than a caller waits later. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final int LONGEST_ANSWER = 200;

    private final SegmentStore segments;
    private final WorkerLeaseStore workers;
    private final Runnable closing;

    private Stores(SegmentStore segments, WorkerLeaseStore workers, Runnable closing) {
        this.segments = segments;
        this.workers = workers;
        this.closing = closing;
    }

    /** Stores that somebody else opened and closes. */
    static Stores of(SegmentStore segments, WorkerLeaseStore workers) {
        return new Stores(segments, workers, () -> {});
    }

    /**
     * Opens the stores and makes what is missing of them.
     *
     * @throws StartException if they cannot be used
     */
    static Stores open(ServiceConfig config) {
        return config.store().isPresent() ? shared(config.store().get()) : embedded(config.data());
    }

    /** Everything in one database, so that several services on it need no configuration. */
    private static Stores shared(ServiceConfig.Database database) {
        ReachedDatabase reached = reached(database);
        HikariDataSource pool = pool(reached);
        ThreadPoolExecutor threads = StoreThreads.of(THREADS);
        ThreadPoolExecutor leaseThreads = StoreThreads.of(LEASE_THREADS);
        JdbcSegmentStore segments = JdbcSegmentStore.of(pool, threads);
        JdbcWorkerLeaseStore workers = JdbcWorkerLeaseStore.of(pool, leaseThreads);
        Stores stores = new Stores(segments, workers, () -> {
            threads.shutdown();
            leaseThreads.shutdown();
            reached.close();
            pool.close();
        });
        stores.make(
                () -> {
                    segments.createSchema();
                    workers.createSchema();
                },
                "the database must be reachable: pawl.store.url=" + database);
        return stores;
    }

    /** The driver's own exception would show the whole URL. */
    private static ReachedDatabase reached(ServiceConfig.Database database) {
        try {
            return new ReachedDatabase(database);
        } catch (RuntimeException e) {
            throw StartException.configuration("the driver must understand the URL: pawl.store.url=" + database);
        }
    }

    /** Segments in an embedded database, which one process opens; worker leases in a file beside it. */
    private static Stores embedded(Path data) {
        try {
            Files.createDirectories(data);
        } catch (IOException e) {
            throw new StartException("the folder must be writable: pawl.data=" + data);
        }
        JdbcConnectionPool pool = h2(data.resolve("pawl"));
        ThreadPoolExecutor threads = StoreThreads.of(THREADS);
        JdbcSegmentStore segments = JdbcSegmentStore.of((DataSource) pool, threads);
        Runnable closing = () -> {
            threads.shutdown();
            pool.dispose();
        };
        WorkerLeaseStore workers;
        try {
            workers = FileWorkerLeaseStore.in(data.resolve("workers"));
        } catch (CoordinationException e) {
            closing.run();
            throw new StartException("the folder must be writable: pawl.data=" + data);
        }
        Stores stores = new Stores(segments, workers, closing);
        stores.make(
                segments::createSchema,
                "the embedded store must be usable and in use by no other process: pawl.data=" + data);
        return stores;
    }

    private void make(Runnable schema, String rule) {
        Deadline deadline = Deadline.after(PATIENCE, Ticker.system());
        while (true) {
            try {
                schema.run();
                return;
            } catch (CoordinationException e) {
                Optional<SQLException> answer = ReachedDatabase.answer(e);
                // The pool says so after its own time, and goes on connecting meanwhile.
                boolean mayCome = e.getCause() instanceof SQLTransientConnectionException
                        && answer.filter(Stores::isFinal).isEmpty();
                if (!mayCome || deadline.expired()) {
                    close();
                    throw new StartException(rule + answer.map(Stores::shown).orElse(""));
                }
            }
        }
    }

    /** By its SQLState: all but one that it has too few resources, such as connections, at this moment. */
    private static boolean isFinal(SQLException answer) {
        return !String.valueOf(answer.getSQLState()).startsWith("53");
    }

    private static String shown(SQLException answer) {
        String said = String.valueOf(answer.getMessage()).lines().findFirst().orElse("");
        return ", answer=" + said.substring(0, Math.min(LONGEST_ANSWER, said.length()));
    }

    private static JdbcConnectionPool h2(Path file) {
        JdbcConnectionPool pool = JdbcConnectionPool.create(EmbeddedH2.url(file), "sa", "");
        pool.setMaxConnections(THREADS);
        return pool;
    }

    private static HikariDataSource pool(ReachedDatabase database) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("pawl");
        config.setDataSource(database);
        config.setMaximumPoolSize(THREADS + LEASE_THREADS);
        config.setMinimumIdle(1);
        // A renewal begins after a third of the least window of 3 s: it must fail while there is still time to say so.
        config.setConnectionTimeout(1000);
        // The pool does not refuse to start; the first statement says what is wrong.
        config.setInitializationFailTimeout(-1);
        return new HikariDataSource(config);
    }

    SegmentStore segments() {
        return segments;
    }

    WorkerLeaseStore workers() {
        return workers;
    }

    /** Closes the store's connections; generators must be closed before. */
    @Override
    public void close() {
        closing.run();
    }
}
