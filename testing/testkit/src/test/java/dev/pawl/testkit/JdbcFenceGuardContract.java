package dev.pawl.testkit;

import dev.pawl.common.BackendException;
import dev.pawl.fencing.FenceGuard;
import dev.pawl.fencing.FencingToken;
import dev.pawl.fencing.JdbcFenceGuard;
import dev.pawl.fencing.JdbcFences;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.function.LongUnaryOperator;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;

/** The kit on a database: a number in a table, changed in transactions of a given isolation that begin with the check. */
abstract class JdbcFenceGuardContract extends FenceGuardTck {

    private final int isolation;

    JdbcFenceGuardContract(int isolation) {
        this.isolation = isolation;
    }

    abstract DataSource dataSource() throws SQLException;

    @BeforeEach
    final void makeTables() throws SQLException {
        JdbcFences.of(dataSource()).createSchema();
        try (Connection connection = dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "CREATE TABLE IF NOT EXISTS fenced_number (id VARCHAR(600) PRIMARY KEY, amount BIGINT NOT NULL)");
        }
    }

    @Override
    protected final FencedNumber open(String resource) throws SQLException {
        JdbcNumber number = new JdbcNumber(dataSource(), resource, isolation);
        number.makeRow();
        return number;
    }

    private record JdbcNumber(DataSource dataSource, String resource, int isolation) implements FencedNumber {

        private interface Work<T> {
            T on(Connection connection) throws SQLException;
        }

        private JdbcFences fences() {
            return JdbcFences.of(dataSource);
        }

        private JdbcFenceGuard jdbcGuard() {
            return fences().guard(resource);
        }

        @Override
        public FenceGuard guard() {
            return jdbcGuard();
        }

        @Override
        public long read() {
            return run(this::amount);
        }

        @Override
        public void update(FencingToken token, LongUnaryOperator change) {
            run(connection -> {
                jdbcGuard().check(connection, token);
                return setAmount(connection, change.applyAsLong(amount(connection)));
            });
        }

        @Override
        public void reset(String issuer, long floor) {
            fences().reset(resource, issuer, floor);
        }

        private void makeRow() throws SQLException {
            try (Connection connection = dataSource.getConnection();
                    PreparedStatement insert = connection.prepareStatement(
                            "INSERT INTO fenced_number SELECT ?, 0"
                                    + " FROM (SELECT 1 AS one) AS row_of_one WHERE NOT EXISTS (SELECT 1 FROM fenced_number WHERE id = ?)")) {
                insert.setString(1, id());
                insert.setString(2, id());
                insert.executeUpdate();
            }
        }

        /** A transaction that is run again, as the guard's page says, where others were in its way. */
        private <T> T run(Work<T> work) {
            try (Connection connection = dataSource.getConnection()) {
                connection.setAutoCommit(false);
                connection.setTransactionIsolation(isolation);
                while (true) {
                    try {
                        T result = work.on(connection);
                        connection.commit();
                        return result;
                    } catch (SQLException | BackendException e) {
                        connection.rollback();
                        Throwable cause = e instanceof SQLException ? e : e.getCause();
                        if (!(cause instanceof SQLException sql)
                                || !String.valueOf(sql.getSQLState()).startsWith("40")) {
                            throw e;
                        }
                    }
                }
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
        }

        private long amount(Connection connection) throws SQLException {
            try (PreparedStatement select =
                    connection.prepareStatement("SELECT amount FROM fenced_number WHERE id = ?")) {
                select.setString(1, id());
                try (ResultSet row = select.executeQuery()) {
                    row.next();
                    return row.getLong(1);
                }
            }
        }

        private int setAmount(Connection connection, long amount) throws SQLException {
            try (PreparedStatement update =
                    connection.prepareStatement("UPDATE fenced_number SET amount = ? WHERE id = ?")) {
                update.setLong(1, amount);
                update.setString(2, id());
                return update.executeUpdate();
            }
        }

        /** Whatever the database makes of names: the guard is tested here, not the column. */
        private String id() {
            return Integer.toHexString(resource.hashCode())
                    + resource.length()
                    + HexFormat.of().formatHex(resource.substring(0, 20).getBytes(StandardCharsets.UTF_8));
        }
    }
}
