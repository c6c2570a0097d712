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
    List<@Nullable String> read(String sql, Object... parameters) throws SQLException {
        return execute(sql, parameters, false).row;
    }

    /** Runs a statement that changes a row and returns it, as text, or an empty list if it changed none. */
    List<@Nullable String> change(String sql, Object... parameters) throws SQLException {
        return execute(sql, parameters, true).row;
    }

    /** Runs a statement that changes rows, and returns how many; at most one may be changed. */
    int update(String sql, Object... parameters) throws SQLException {
        return execute(sql, parameters, true).count;
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

    private record Answer(List<@Nullable String> row, int count) {}

    private Answer execute(String sql, Object[] parameters, boolean changes) throws SQLException {
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
            return new Answer(List.of(), requireOne(statement.getUpdateCount()));
        }
        try (ResultSet rows = statement.getResultSet()) {
            if (!rows.next()) {
                return new Answer(List.of(), 0);
            }
            List<@Nullable String> row = new ArrayList<>();
            for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                row.add(rows.getString(i));
            }
            requireOne(rows.next() ? 2 : 1);
            return new Answer(row, 1);
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
        return state.length() == 5 && REFUSALS.contains(state.substring(0, 2)) && !state.equals(COMPLETION_UNKNOWN);
    }
}
