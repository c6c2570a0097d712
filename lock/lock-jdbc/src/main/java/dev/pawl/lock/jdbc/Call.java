package dev.pawl.lock.jdbc;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.common.Ticker;
import dev.pawl.lock.spi.LockSession;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One operation's use of a connection. Keeps account of what a failure at each moment would mean: before a change was
 * sent nothing is applied; once it was sent, only an answer that proves a refusal means so; once it was applied, nothing
 * that comes later undoes it. Confined to one thread.
 */
final class Call {

    private enum Change {
        NONE,
        SENT,
        APPLIED
    }

    /**
     * Classes of SQLState with which a server says that it refused a statement as a whole. Not among them: connection (08),
     * operator's intervention (57), and what a driver says of a statement that it cancelled.
     */
    private static final Set<String> REFUSALS = Set.of("0A", "22", "23", "25", "28", "3D", "3F", "40", "42", "55");

    /** "Statement completion unknown" lies in the class of rollbacks. */
    private static final String COMPLETION_UNKNOWN = "40003";

    private static final String DUPLICATE_KEY = "23505";

    // MariaDB and MySQL have no states of their own for these.
    private static final String GENERAL = "HY000";
    private static final String CONSTRAINT = "23000";
    private static final int DUPLICATE_ENTRY = 1062;
    private static final int LOCK_WAIT_TIMEOUT = 1205;

    /** PostgreSQL's, MariaDB's and MySQL's, and H2's two. */
    private static final Set<String> NO_TABLE = Set.of("42P01", "42S02", "42S03", "42S04");

    /** The table's entry in the catalog is made by another process at this moment. */
    private static final Set<String> MADE_BY_ANOTHER = Set.of(DUPLICATE_KEY, "42P07", "42710", "42S01");

    /** How databases call a transaction that would have to see what others did meanwhile. */
    private static final String OVERTAKEN = "40001";

    private static final Logger LOG = LoggerFactory.getLogger(Call.class);

    /** As long as a tombstone stands, less the time of a statement, as far as that leaves a half. */
    private final Duration greatestAge;

    private final Ticker ticker;
    private final long askedAt;
    private final long begun;
    private final Connection connection;
    private final int timeoutSeconds;
    private Change change = Change.NONE;

    Call(Connection connection, int timeoutSeconds, Ticker ticker, long askedAt) {
        this.connection = connection;
        this.timeoutSeconds = timeoutSeconds;
        this.ticker = ticker;
        this.askedAt = askedAt;
        this.begun = ticker.nanos();
        Duration half = LockSession.LEAST_TOMBSTONE.dividedBy(2);
        Duration rest = LockSession.LEAST_TOMBSTONE.minusSeconds(timeoutSeconds);
        this.greatestAge = rest.compareTo(half) > 0 ? rest : half;
    }

    /** Before a grant: if its attempt has left, the tombstone must be there still. */
    void requireYoung() {
        Duration age = Duration.ofNanos(begun - askedAt);
        if (age.compareTo(greatestAge) > 0) {
            throw new BackendException(
                    "a connection must be had within " + greatestAge + ": after=" + age, Outcome.NOT_APPLIED, null);
        }
    }

    Connection connection() {
        return connection;
    }

    /** Runs a statement that reads only, and returns its rows, as text. */
    List<List<@Nullable String>> read(String sql, Object... parameters) throws SQLException {
        return execute(sql, false, parameters, Call::rowsOf);
    }

    /** Runs a statement that changes one row at most; true if it did. */
    boolean update(String sql, Object... parameters) throws SQLException {
        change = Change.SENT;
        int rows = execute(sql, false, parameters, statement -> {
            statement.execute();
            return statement.getUpdateCount();
        });
        change = rows > 0 ? Change.APPLIED : Change.NONE;
        return rows > 0;
    }

    /** Runs a statement that changes one row at most and returns a number from it; empty if it did not. */
    OptionalLong changed(String sql, Object... parameters) throws SQLException {
        change = Change.SENT;
        List<List<@Nullable String>> rows = execute(sql, false, parameters, Call::rowsOf);
        change = rows.isEmpty() ? Change.NONE : Change.APPLIED;
        return rows.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text(rows.get(0), 0)));
    }

    /** As {@link #changed}, with the number as the generated key, which the driver has from the reply: 0, or none, if not. */
    OptionalLong generated(String sql, Object... parameters) throws SQLException {
        change = Change.SENT;
        long key = execute(sql, true, parameters, statement -> {
            statement.execute();
            try (ResultSet keys = statement.getGeneratedKeys()) {
                return keys.next() ? keys.getLong(1) : 0L;
            }
        });
        change = key == 0 ? Change.NONE : Change.APPLIED;
        return key == 0 ? OptionalLong.empty() : OptionalLong.of(key);
    }

    /** Makes the table, which others may make at the same time. */
    void create(String sql) throws SQLException {
        try {
            boolean unused = execute(sql, false, new Object[0], PreparedStatement::execute);
        } catch (SQLException e) {
            if (!MADE_BY_ANOTHER.contains(String.valueOf(e.getSQLState()))) {
                throw e;
            }
        }
    }

    /** Before a decision is made anew: others were quicker. */
    void requireTime() throws SQLException {
        if (!hasTime()) {
            throw new SQLException("others changed the row before each attempt", OVERTAKEN);
        }
    }

    /** Tells what is known of the change after a failure. */
    Outcome outcomeOf(Throwable failure) {
        return switch (change) {
            case NONE -> Outcome.NOT_APPLIED;
            case APPLIED -> Outcome.UNKNOWN;
            case SENT -> provesRefusal(failure) ? Outcome.NOT_APPLIED : Outcome.UNKNOWN;
        };
    }

    /** Whether nothing was done, since others were about the same row, and there is time to try again. */
    boolean isOvertaken(SQLException e) {
        return hasTime() && wasOvertaken(e);
    }

    private boolean hasTime() {
        return ticker.nanos() - begun <= Duration.ofSeconds(timeoutSeconds).toNanos();
    }

    private boolean wasOvertaken(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        return change != Change.APPLIED
                && ((state.startsWith("40") && !state.equals(COMPLETION_UNKNOWN)) || isDuplicateKey(e));
    }

    private static boolean isDuplicateKey(SQLException e) {
        return DUPLICATE_KEY.equals(e.getSQLState())
                || (CONSTRAINT.equals(e.getSQLState()) && e.getErrorCode() == DUPLICATE_ENTRY);
    }

    static boolean isMissingTable(SQLException e) {
        return NO_TABLE.contains(String.valueOf(e.getSQLState()));
    }

    /** Reads a column that is not null, counted from 0. */
    static String text(List<@Nullable String> row, int column) {
        String text = row.get(column);
        if (text == null) {
            throw new IllegalStateException("column must not be null: column=" + column);
        }
        return text;
    }

    private interface Execution<T> {
        T on(PreparedStatement statement) throws SQLException;
    }

    private <T> T execute(String sql, boolean key, Object[] parameters, Execution<T> execution) throws SQLException {
        try (PreparedStatement statement = key
                ? connection.prepareStatement(sql, Statement.RETURN_GENERATED_KEYS)
                : connection.prepareStatement(sql)) {
            int before = statement.getQueryTimeout();
            statement.setQueryTimeout(timeoutSeconds);
            try {
                for (int i = 0; i < parameters.length; i++) {
                    statement.setObject(i + 1, parameters[i]);
                }
                return execution.on(statement);
            } finally {
                setBack(statement, before);
            }
        }
    }

    /** H2 keeps the timeout for the whole connection, whose next user is another. */
    private static void setBack(PreparedStatement statement, int queryTimeout) {
        try {
            statement.setQueryTimeout(queryTimeout);
        } catch (SQLException e) {
            LOG.debug("A query timeout could not be set back", e);
        }
    }

    private static List<List<@Nullable String>> rowsOf(PreparedStatement statement) throws SQLException {
        try (ResultSet result = statement.executeQuery()) {
            List<List<@Nullable String>> rows = new ArrayList<>();
            int columns = result.getMetaData().getColumnCount();
            while (result.next()) {
                List<@Nullable String> row = new ArrayList<>();
                for (int i = 1; i <= columns; i++) {
                    row.add(result.getString(i));
                }
                rows.add(row);
            }
            return rows;
        }
    }

    private static boolean provesRefusal(Throwable failure) {
        if (!(failure instanceof SQLException sql) || sql.getSQLState() == null) {
            return false;
        }
        String state = sql.getSQLState();
        if (state.equals(GENERAL)) {
            return sql.getErrorCode() == LOCK_WAIT_TIMEOUT;
        }
        return state.length() == 5 && REFUSALS.contains(state.substring(0, 2)) && !state.equals(COMPLETION_UNKNOWN);
    }
}
