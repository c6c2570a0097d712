package dev.pawl.fencing;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.common.Ticker;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import javax.sql.DataSource;

/** Runs each piece of work in a transaction of its own, on the caller's thread, within a time limit. Thread-safe. */
final class OwnTransactions {

    /** Work in an open transaction. */
    interface Work<T> {
        T on(FenceRow row) throws SQLException;
    }

    /** Work on a connection in auto-commit mode. */
    interface Statements<T> {
        T on(Connection connection) throws SQLException;
    }

    /** Waiting for a row's lock took too long: H2, MariaDB and MySQL, PostgreSQL. */
    private static final Set<String> LOCK_TIMEOUTS = Set.of("HYT00/50200", "HY000/1205", "55P03/0");

    private final DataSource dataSource;
    private final Duration timeLimit;
    private final Ticker ticker = Ticker.system();

    OwnTransactions(DataSource dataSource, Duration timeLimit) {
        this.dataSource = dataSource;
        this.timeLimit = timeLimit;
    }

    int timeoutSeconds() {
        return Math.toIntExact(timeLimit.toSeconds());
    }

    /** Runs the work in a transaction, again where others were in its way. */
    <T> T run(String what, String resource, Work<T> work) {
        return onConnection(what, resource, connection -> {
            long start = ticker.nanos();
            connection.setAutoCommit(false);
            while (true) {
                try {
                    return once(what, resource, connection, work);
                } catch (SQLException e) {
                    if (!wasInTheWay(e) || ticker.nanos() - start >= timeLimit.toNanos()) {
                        throw e;
                    }
                    connection.rollback();
                }
            }
        });
    }

    private <T> T once(String what, String resource, Connection connection, Work<T> work) throws SQLException {
        T result = work.on(new FenceRow(connection, resource, timeoutSeconds()));
        try {
            connection.commit();
        } catch (SQLException e) {
            throw failure(what, resource, Outcome.UNKNOWN, e);
        }
        return result;
    }

    /** Runs statements on a connection of our own; a failure that comes as SQLException has applied nothing. */
    <T> T onConnection(String what, String resource, Statements<T> statements) {
        Connection connection = open(what, resource);
        int networkTimeout = limitNetworkWait(connection);
        try {
            return statements.on(connection);
        } catch (SQLException e) {
            throw failure(what, resource, Outcome.NOT_APPLIED, e);
        } finally {
            giveBack(connection, networkTimeout);
        }
    }

    static BackendException failure(String what, String resource, Outcome outcome, SQLException cause) {
        return new BackendException(
                what + " " + TokenText.shown(resource) + " failed: " + cause.getMessage(), outcome, cause);
    }

    private Connection open(String what, String resource) {
        try {
            Connection connection = dataSource.getConnection();
            if (!connection.getAutoCommit()) {
                connection.close();
                throw new IllegalStateException(
                        "data source must hand out connections in auto-commit mode, since one that is not may be in a"
                                + " transaction of the caller: resource=" + TokenText.shown(resource));
            }
            return connection;
        } catch (SQLException e) {
            throw failure(what, resource, Outcome.NOT_APPLIED, e);
        }
    }

    /** A statement's time limit is kept by the server; a server that went silent is left after twice that time. */
    private int limitNetworkWait(Connection connection) {
        try {
            int before = connection.getNetworkTimeout();
            connection.setNetworkTimeout(Runnable::run, timeoutSeconds() * 2_000);
            return before;
        } catch (SQLException e) {
            return -1; // H2 has none
        }
    }

    /** Whatever fails in it cannot undo what was committed; a connection that is broken is its pool's to find out. */
    private static void giveBack(Connection connection, int networkTimeout) {
        try (connection) {
            if (!connection.getAutoCommit()) {
                connection.rollback(); // or else what is left would be committed here
                connection.setAutoCommit(true);
            }
            if (networkTimeout >= 0) {
                connection.setNetworkTimeout(Runnable::run, networkTimeout);
            }
        } catch (SQLException e) {
            // nothing is left to do
        }
    }

    /** A deadlock, a serialization failure, or a lock that was not given in time: the same work may pass next time. */
    private static boolean wasInTheWay(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        return state.startsWith("40") || LOCK_TIMEOUTS.contains(state + "/" + e.getErrorCode());
    }
}
