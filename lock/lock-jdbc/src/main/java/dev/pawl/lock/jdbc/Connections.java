package dev.pawl.lock.jdbc;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.common.Ticker;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs each piece of work on a connection of its own in auto-commit mode, on the executor's threads, within a time limit, and turns
 * the driver's failures into ours. A grant inside of someone else's transaction would be undone by its rollback, and its token
 * given a second time. Thread-safe.
 */
final class Connections {

    /** Work on one connection. */
    interface Work<T> {
        T on(Call call, Dialect dialect) throws SQLException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

    private final DataSource dataSource;
    private final Executor executor;
    private final int timeoutSeconds;
    private final Ticker ticker;
    private volatile @Nullable Dialect met;

    Connections(DataSource dataSource, Executor executor, Duration timeLimit, Ticker ticker) {
        if (timeLimit.compareTo(Duration.ofSeconds(1)) < 0 || timeLimit.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("timeLimit must be in [1 s, 1 h]: timeLimit=" + timeLimit);
        }
        this.dataSource = Objects.requireNonNull(dataSource, "dataSource");
        this.executor = Objects.requireNonNull(executor, "executor");
        this.timeoutSeconds = Math.toIntExact(timeLimit.toSeconds());
        this.ticker = ticker;
    }

    /** Runs the work; {@code what} names it in the message of a failure. Work that others overtook is begun anew. */
    <T> CompletionStage<T> run(String what, Work<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        long askedAt = ticker.nanos();
        Thread caller = Thread.currentThread();
        try {
            executor.execute(() -> {
                try {
                    result.complete(onOwnConnection(what, work, askedAt, caller.equals(Thread.currentThread())));
                } catch (Throwable e) {
                    result.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            result.completeExceptionally(
                    new BackendException(what + " failed: the executor refused it", Outcome.NOT_APPLIED, e));
        }
        return result;
    }

    private <T> T onOwnConnection(String what, Work<T> work, long askedAt, boolean onCallersThread) {
        try (Lease lease = lease(what, onCallersThread)) {
            Call call = new Call(lease.connection, timeoutSeconds, ticker, askedAt);
            try {
                return unlessOvertaken(call, work);
            } catch (BackendException e) {
                throw e;
            } catch (SQLException | RuntimeException e) {
                String why = e instanceof SQLException sql && Call.isMissingTable(sql)
                        ? "table pawl_lock must exist, as createSchema or the files schema/*.sql make it: "
                        : "";
                throw new BackendException(what + " failed: " + why + e.getMessage(), call.outcomeOf(e), e);
            }
        }
    }

    private <T> T unlessOvertaken(Call call, Work<T> work) throws SQLException {
        while (true) {
            try {
                return work.on(call, dialect(call));
            } catch (SQLException e) {
                if (!call.isOvertaken(e)) {
                    throw e;
                }
            }
        }
    }

    private Dialect dialect(Call call) throws SQLException {
        Dialect known = met;
        if (known == null) {
            known = Dialect.of(call.connection());
            met = known;
        }
        return known;
    }

    private Lease lease(String what, boolean onCallersThread) {
        @Nullable Connection connection = null;
        try {
            connection = dataSource.getConnection();
            // First: switching asks the server too, with some drivers.
            int networkTimeout = limitNetworkWait(connection);
            boolean autoCommit = connection.getAutoCommit();
            if (!autoCommit && onCallersThread) {
                // It may be the caller's transaction, which switching to auto-commit would commit.
                throw new SQLException("the connection may be in a transaction of the calling thread: use an executor"
                        + " with threads of its own");
            }
            if (!autoCommit) {
                connection.setAutoCommit(true);
                if (!connection.getAutoCommit()) {
                    throw new SQLException("the connection does not switch to auto-commit: use the plain data source");
                }
            }
            return new Lease(connection, autoCommit, networkTimeout);
        } catch (SQLException | RuntimeException e) {
            close(connection);
            throw new BackendException(
                    what + " failed: no connection could be had: " + e.getMessage(), Outcome.NOT_APPLIED, e);
        }
    }

    /** A query's time limit is kept by the server; a server that went silent is left after twice that time. */
    private int limitNetworkWait(Connection connection) {
        try {
            int before = connection.getNetworkTimeout();
            // At once: a driver may run the change on the executor, whose threads may all be waiting.
            connection.setNetworkTimeout(Runnable::run, timeoutSeconds * 2_000);
            return before;
        } catch (SQLException e) {
            LOG.debug("The driver has no network timeout", e);
            return -1;
        }
    }

    private static void close(@Nullable Connection connection) {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (SQLException e) {
            LOG.debug("A connection could not be closed", e);
        }
    }

    /** A connection that goes back as it came; whatever fails in that cannot undo what was committed. */
    private static final class Lease implements AutoCloseable {
        private final Connection connection;
        private final boolean autoCommit;
        private final int networkTimeout;

        private Lease(Connection connection, boolean autoCommit, int networkTimeout) {
            this.connection = connection;
            this.autoCommit = autoCommit;
            this.networkTimeout = networkTimeout;
        }

        @Override
        public void close() {
            try {
                if (!connection.isClosed()) {
                    if (!autoCommit) {
                        connection.setAutoCommit(false);
                    }
                    if (networkTimeout >= 0) {
                        connection.setNetworkTimeout(Runnable::run, networkTimeout);
                    }
                }
            } catch (SQLException e) {
                LOG.debug("A connection could not be set back", e);
            }
            Connections.close(connection);
        }
    }
}
