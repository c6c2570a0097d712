package dev.pawl.idgen.server;

import com.zaxxer.hikari.util.DriverDataSource;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Connects the pool to a database, and after an outage soon: the pool itself would wait longer after each attempt that
 * failed, up to 5 s, while nobody gets an id. Its one thread that connects is kept here instead, and tries 10 times a
 * second. The first failure is passed on, so that whoever waits for a connection hears the reason; so is every one that is
 * the database's own answer. Thread-safe.
 */
final class ReachedDatabase implements DataSource, AutoCloseable {

    private static final long PAUSE_MILLIS = 100;

    private final DataSource driver;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean lost;

    ReachedDatabase(ServiceConfig.Database database) {
        this(new DriverDataSource(
                database.url(),
                null,
                new Properties(),
                nullIfEmpty(database.user()),
                nullIfEmpty(database.password())));
    }

    ReachedDatabase(DataSource driver) {
        this.driver = driver;
    }

    private static @Nullable String nullIfEmpty(String text) {
        return text.isEmpty() ? null : text;
    }

    @Override
    public Connection getConnection() throws SQLException {
        while (true) {
            try {
                Connection connection = driver.getConnection();
                lost = false;
                return connection;
            } catch (SQLException e) {
                boolean first = !lost;
                lost = isUnreachable(e);
                if (first || !lost || closesWithinPause()) {
                    throw e;
                }
            }
        }
    }

    /** By its SQLState: connection exceptions, and a server that is starting or shutting down. */
    private static boolean isUnreachable(SQLException e) {
        String state = e.getSQLState();
        return state == null || state.startsWith("08") || state.startsWith("57P");
    }

    /** What the database itself said about a failure, if it was reached. */
    static Optional<SQLException> answer(Throwable failure) {
        Optional<SQLException> innermost = Optional.empty();
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof SQLException sql && !isUnreachable(sql)) {
                innermost = Optional.of(sql);
            }
        }
        return innermost;
    }

    private boolean closesWithinPause() {
        try {
            return closed.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** Ends the attempts; connections that are open stay so. */
    @Override
    public void close() {
        closed.countDown();
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException("the configuration says the user");
    }

    @Override
    public @Nullable PrintWriter getLogWriter() throws SQLException {
        return driver.getLogWriter();
    }

    @Override
    public void setLogWriter(@Nullable PrintWriter out) throws SQLException {
        driver.setLogWriter(out);
    }

    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        driver.setLoginTimeout(seconds);
    }

    @Override
    public int getLoginTimeout() throws SQLException {
        return driver.getLoginTimeout();
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        return driver.getParentLogger();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return driver.unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return driver.isWrapperFor(type);
    }
}
