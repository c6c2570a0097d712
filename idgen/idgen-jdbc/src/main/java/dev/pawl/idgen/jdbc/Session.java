package dev.pawl.idgen.jdbc;

import dev.pawl.common.BackendException.Outcome;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One operation's use of a connection. Keeps account of what a failure at each moment would mean: before a change was
 * sent nothing is applied; once it was sent, only an answer that proves a refusal means so; once it was applied, nothing
 * that comes later undoes it. Confined to one thread.
 */
final class Session {

    private enum Change {
        NONE,
        SENT,
        APPLIED
    }

    /**
     * Classes of SQLState with which a server says that it refused a statement as a whole: feature not supported, data,
     * constraint, transaction state, authorization, catalog, schema, rollback, syntax or access, object state. Not among
     * them: connection (08), operator's intervention (57), a cancelled statement, which may have been committed before.
     */
    private static final Set<String> REFUSALS = Set.of("0A", "22", "23", "25", "28", "3D", "3F", "40", "42", "55");

    /** "Statement completion unknown" lies in the class of rollbacks. */
    private static final String COMPLETION_UNKNOWN = "40003";

    /** MariaDB and MySQL give up waiting for a row's lock without a class of its own; the statement was undone. */
    private static final int LOCK_WAIT_TIMEOUT = 1205;

    private static final Logger LOG = LoggerFactory.getLogger(Session.class);

    private final Connection connection;
    private final int timeoutSeconds;
    private Change change = Change.NONE;

    Session(Connection connection, int timeoutSeconds) {
        this.connection = connection;
        this.timeoutSeconds = timeoutSeconds;
    }

    Connection connection() {
        return connection;
    }

    /** Runs a statement that reads only, and returns its single row, as text, or an empty list. */
    List<@Nullable String> read(String sql, @Nullable Object... parameters) throws SQLException {
        return execute(sql, parameters, false).row();
    }

    /** Runs a statement that reads only, and returns its rows, as text. */
    List<List<@Nullable String>> readAll(String sql, @Nullable Object... parameters) throws SQLException {
        return execute(sql, parameters, false).rows;
    }

    /** Runs a statement that changes rows, and returns how many; at most one may be changed. */
    int update(String sql, @Nullable Object... parameters) throws SQLException {
        return requireOne(execute(sql, parameters, true).count);
    }

    /** Runs a statement that is neither a change of a row nor a query. */
    void run(String sql) throws SQLException {
        execute(sql, new Object[0], false);
    }

    /** Tells what is known of the change after a failure. */
    Outcome outcomeOf(Throwable failure) {
        return switch (change) {
            case NONE -> Outcome.NOT_APPLIED;
            case APPLIED -> Outcome.UNKNOWN;
            case SENT -> provesRefusal(failure) ? Outcome.NOT_APPLIED : Outcome.UNKNOWN;
        };
    }

    private record Answer(List<List<@Nullable String>> rows, int count) {

        List<@Nullable String> row() throws SQLException {
            return requireOne(rows.size()) == 0 ? List.of() : rows.get(0);
        }
    }

    private Answer execute(String sql, @Nullable Object[] parameters, boolean changes) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int before = statement.getQueryTimeout();
            statement.setQueryTimeout(timeoutSeconds);
            try {
                for (int i = 0; i < parameters.length; i++) {
                    statement.setObject(i + 1, parameters[i]);
                }
                if (!changes) {
                    return answerOf(statement);
                }
                change = Change.SENT;
                Answer answer = answerOf(statement);
                change = answer.count == 0 ? Change.NONE : Change.APPLIED;
                return answer;
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

    private static Answer answerOf(PreparedStatement statement) throws SQLException {
        if (!statement.execute()) {
            return new Answer(List.of(), statement.getUpdateCount());
        }
        try (ResultSet result = statement.getResultSet()) {
            List<List<@Nullable String>> rows = new ArrayList<>();
            while (result.next()) {
                List<@Nullable String> row = new ArrayList<>();
                for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                    row.add(result.getString(i));
                }
                rows.add(row);
            }
            return new Answer(rows, rows.size());
        }
    }

    private static int requireOne(int rows) throws SQLException {
        if (rows > 1) {
            throw new SQLException("statement must touch one row at most: rows=" + rows);
        }
        return rows;
    }

    private static boolean provesRefusal(Throwable failure) {
        if (!(failure instanceof SQLException sql) || sql.getSQLState() == null) {
            return false;
        }
        String state = sql.getSQLState();
        if (state.equals("HY000") && sql.getErrorCode() == LOCK_WAIT_TIMEOUT) {
            return true;
        }
        return state.length() == 5 && REFUSALS.contains(state.substring(0, 2)) && !state.equals(COMPLETION_UNKNOWN);
    }
}
