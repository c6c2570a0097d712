package dev.pawl.lock.jdbc;

import dev.pawl.common.DaemonThreads;
import dev.pawl.lock.spi.GrantListener;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears on one connection to PostgreSQL which attempts of this backend should ask again. Begins with the first that waits. Where the
 * connection fails, whoever waits asks by itself, and a new one is tried for. Thread-safe.
 */
final class Notifications implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Notifications.class);

    /** How long a look at the connection takes, and so how long the thread outlives the backend. */
    private static final int LOOK_MILLIS = 500;

    /** After that many looks without a message the connection is asked whether it still works. */
    private static final int LOOKS_UNTIL_CHECK = 60;

    private static final int CHECK_SECONDS = 5;
    private static final long RETRY_NANOS = 2_000_000_000;

    private final DataSource dataSource;
    private final String channel =
            "pawl_lock_" + UUID.randomUUID().toString().replace("-", "").substring(0, 16);
    private final Set<GrantListener> listeners = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition closing = lock.newCondition();
    private @Nullable ExecutorService thread;
    private volatile boolean heard;
    private volatile boolean closed;
    private boolean failureTold;

    Notifications(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    void add(GrantListener listener) {
        listeners.add(listener);
    }

    void remove(GrantListener listener) {
        listeners.remove(listener);
    }

    /** Where attempts of this backend are woken at present. */
    String channel() {
        return heard ? channel : State.NO_CHANNEL;
    }

    /** Somebody waits. Whoever does when messages are heard is told to ask again, and so to say where it listens. */
    void begin() {
        lock.lock();
        try {
            if (thread == null && !closed) {
                thread = DaemonThreads.pool("pawl-lock-notifications");
                thread.execute(this::run);
            }
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        while (!closed) {
            try (Connection connection = dataSource.getConnection()) {
                listen(connection);
            } catch (SQLException | RuntimeException e) {
                tell(e);
            } finally {
                heard = false;
            }
            pause();
        }
    }

    /** A server that went silent would keep this thread for ever, and nobody else tries to listen. */
    private void listen(Connection connection) throws SQLException {
        int before = connection.getNetworkTimeout();
        connection.setNetworkTimeout(Runnable::run, CHECK_SECONDS * 1_000);
        hear(connection);
        connection.setNetworkTimeout(Runnable::run, before);
    }

    private void hear(Connection connection) throws SQLException {
        connection.setAutoCommit(true);
        PostgresMessages messages = PostgresMessages.of(connection);
        try (Statement statement = connection.createStatement()) {
            statement.execute("LISTEN " + channel);
        }
        heard = true;
        failureTold = false;
        listeners.forEach(GrantListener::missed);
        int quiet = 0;
        while (!closed) {
            List<String> attempts = messages.await(LOOK_MILLIS);
            if (!attempts.isEmpty()) {
                quiet = 0;
                attempts.forEach(attempt -> listeners.forEach(listener -> listener.wake(attempt)));
            } else if (++quiet == LOOKS_UNTIL_CHECK) {
                quiet = 0;
                if (!connection.isValid(CHECK_SECONDS)) {
                    throw new SQLException("the connection is gone");
                }
            }
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("UNLISTEN " + channel);
        }
    }

    private void tell(Exception failure) {
        if (!failureTold && !closed) {
            failureTold = true;
            LOG.warn("Releases cannot be heard, so whoever waits asks about once a second; tried again", failure);
        }
    }

    private void pause() {
        lock.lock();
        try {
            long left = RETRY_NANOS;
            while (!closed && left > 0) {
                left = closing.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            // Nobody interrupts this thread but whoever ends it.
            closed = true;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            closing.signalAll();
            if (thread != null) {
                thread.shutdown();
            }
        } finally {
            lock.unlock();
        }
    }
}
