package dev.pawl.fencing;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** The row of one resource in the fence table, as one open transaction uses it. Confined to one thread. */
final class FenceRow {

    static final int FORMAT_VERSION = 1;

    private static final String DUPLICATE_KEY = "23505";

    /** MariaDB and MySQL have one state for all constraints. */
    private static final String CONSTRAINT = "23000";

    private static final int DUPLICATE_ENTRY = 1062;

    private final Connection connection;
    private final SqlDialect dialect;
    private final String resource;
    private final String key;
    private final int timeoutSeconds;

    FenceRow(Connection connection, String resource, int timeoutSeconds) throws SQLException {
        this.connection = connection;
        this.dialect = SqlDialect.of(connection);
        this.resource = resource;
        this.key = TokenText.encode(resource);
        this.timeoutSeconds = timeoutSeconds;
    }

    SqlDialect dialect() {
        return dialect;
    }

    /** Locks the row for a change, after making it where it is missing, and returns its marks. */
    FenceMarks lock() throws SQLException {
        Optional<FenceMarks> marks = read(dialect.lock());
        if (marks.isPresent()) {
            return marks.get();
        }
        create();
        return read(dialect.lock())
                .orElseThrow(() -> new SQLException("the row was removed by another at this moment", "40001"));
    }

    /** Keeps the row as it is until the transaction ends, and returns its marks. */
    FenceMarks share() throws SQLException {
        return read(dialect.share()).orElse(FenceMarks.NONE);
    }

    /** Writes the marks of the row that was locked. */
    void write(FenceMarks marks) throws SQLException {
        update(dialect.raise(), marks.issuer().map(TokenText::encode).orElse(""), marks.floor(), marks.top(), key);
    }

    boolean remove() throws SQLException {
        return update(dialect.remove(), key) == 1;
    }

    /** Runs a statement, and returns how many rows it changed. */
    int update(String sql, Object... parameters) throws SQLException {
        return execute(sql, PreparedStatement::getUpdateCount, parameters);
    }

    private void create() throws SQLException {
        try {
            update(dialect.create(), key, FORMAT_VERSION);
        } catch (SQLException e) {
            boolean duplicate = DUPLICATE_KEY.equals(e.getSQLState())
                    || (CONSTRAINT.equals(e.getSQLState()) && e.getErrorCode() == DUPLICATE_ENTRY);
            if (!duplicate) {
                throw e;
            }
        }
    }

    private Optional<FenceMarks> read(String sql) throws SQLException {
        return execute(sql, this::marks, key);
    }

    private Optional<FenceMarks> marks(PreparedStatement statement) throws SQLException {
        try (ResultSet row = statement.getResultSet()) {
            if (!row.next()) {
                return Optional.empty();
            }
            int version = row.getInt(4);
            if (version != FORMAT_VERSION) {
                throw new BackendException(
                        "format version of the marks of " + TokenText.shown(resource) + " must be " + FORMAT_VERSION
                                + ": format_version=" + version,
                        Outcome.NOT_APPLIED,
                        null);
            }
            String issuer = row.getString(1);
            return Optional.of(
                    issuer.isEmpty()
                            ? FenceMarks.NONE
                            : new FenceMarks(Optional.of(TokenText.decode(issuer)), row.getLong(2), row.getLong(3)));
        }
    }

    private interface Answer<T> {
        T of(PreparedStatement statement) throws SQLException;
    }

    private <T> T execute(String sql, Answer<T> answer, Object... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            // H2 keeps the timeout for the whole connection, which is not ours.
            int before = statement.getQueryTimeout();
            statement.setQueryTimeout(timeoutSeconds);
            try {
                for (int i = 0; i < parameters.length; i++) {
                    statement.setObject(i + 1, parameters[i]);
                }
                boolean unused = statement.execute();
                return answer.of(statement);
            } finally {
                statement.setQueryTimeout(before);
            }
        }
    }
}
