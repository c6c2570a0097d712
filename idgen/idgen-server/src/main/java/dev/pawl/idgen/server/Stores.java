package dev.pawl.idgen.server;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.pawl.common.CoordinationException;
import dev.pawl.idgen.jdbc.EmbeddedH2;
import dev.pawl.idgen.jdbc.JdbcSegmentStore;
import dev.pawl.idgen.spi.SegmentStore;
import dev.pawl.idgen.spi.WorkerLeaseStore;
import dev.pawl.idgen.store.FileWorkerLeaseStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ThreadPoolExecutor;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;

/** The stores behind the generators: one for segments, one for worker leases. Thread-safe. */
final class Stores implements AutoCloseable {

    private static final int THREADS = 4;

    private final SegmentStore segments;
    private final WorkerLeaseStore workers;
    private final ThreadPoolExecutor threads;
    private final Runnable closing;

    private Stores(SegmentStore segments, WorkerLeaseStore workers, ThreadPoolExecutor threads, Runnable closing) {
        this.segments = segments;
        this.workers = workers;
        this.threads = threads;
        this.closing = closing;
    }

    /**
     * Opens the stores and makes what is missing of them.
     *
     * @throws StartException if they cannot be used
     */
    static Stores open(ServiceConfig config) {
        try {
            Files.createDirectories(config.data());
        } catch (IOException e) {
            throw new StartException("the folder must be writable: pawl.data=" + config.data());
        }
        WorkerLeaseStore workers;
        try {
            workers = FileWorkerLeaseStore.in(config.data().resolve("workers"));
        } catch (CoordinationException e) {
            throw new StartException("the folder must be writable: pawl.data=" + config.data());
        }
        ThreadPoolExecutor threads = StoreThreads.of(THREADS);
        if (config.store().isPresent()) {
            HikariDataSource pool = postgres(config.store().get());
            return opened(
                    JdbcSegmentStore.of(pool, threads),
                    workers,
                    threads,
                    pool::close,
                    "the database must be reachable:" + " pawl.store.url="
                            + config.store().get());
        }
        JdbcConnectionPool pool = h2(config.data().resolve("pawl"));
        return opened(
                JdbcSegmentStore.of((DataSource) pool, threads),
                workers,
                threads,
                pool::dispose,
                "the embedded store" + " must be usable and in use by no other process: pawl.data=" + config.data());
    }

    private static Stores opened(
            JdbcSegmentStore segments,
            WorkerLeaseStore workers,
            ThreadPoolExecutor threads,
            Runnable closing,
            String rule) {
        Stores stores = new Stores(segments, workers, threads, closing);
        try {
            segments.createSchema();
            return stores;
        } catch (CoordinationException e) {
            stores.close();
            throw new StartException(rule);
        }
    }

    private static JdbcConnectionPool h2(Path file) {
        JdbcConnectionPool pool = JdbcConnectionPool.create(EmbeddedH2.url(file), "sa", "");
        pool.setMaxConnections(THREADS);
        return pool;
    }

    private static HikariDataSource postgres(ServiceConfig.Database database) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("pawl");
        config.setJdbcUrl(database.url());
        if (!database.user().isEmpty()) {
            config.setUsername(database.user());
        }
        if (!database.password().isEmpty()) {
            config.setPassword(database.password());
        }
        config.setMaximumPoolSize(THREADS);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(3000);
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
        threads.shutdown();
        closing.run();
    }
}
