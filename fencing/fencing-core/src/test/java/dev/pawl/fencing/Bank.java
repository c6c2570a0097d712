package dev.pawl.fencing;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;

/** An account in a database, and transactions on it. */
final class Bank implements AutoCloseable {

    /** A database, and the query that counts who waits for a lock in it. */
    record Database(DataSource dataSource, String blocked) {}

    /** Work with a connection. */
    interface Work {
        void run() throws SQLException;
    }

    private final Database database;
    private final int isolation;
    private final List<Connection> open = new ArrayList<>();

    Bank(Database database, int isolation) {
        this.database = database;
        this.isolation = isolation;
    }

    Database database() {
        return database;
    }

    /** A transaction of its own connection. */
    Connection begin() throws SQLException {
        Connection connection = database.dataSource().getConnection();
        open.add(connection);
        connection.setTransactionIsolation(isolation);
        connection.setAutoCommit(false);
        return connection;
    }

    long amount() throws SQLException {
        Connection connection = begin();
        long amount = amount(connection);
        connection.commit();
        return amount;
    }

    long amount(Connection connection) throws SQLException {
        return number(connection, "SELECT amount FROM account WHERE id = 1");
    }

    long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            assertThat(row.next()).isTrue();
            return row.getLong(1);
        }
    }

    void setAmount(Connection connection, long amount) throws SQLException {
        run(connection, "UPDATE account SET amount = " + amount + " WHERE id = 1");
    }

    void run(Connection connection, String sql, String... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            statement.execute();
        }
    }

    void execute(String sql) throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            run(connection, sql);
        }
    }

    /** A statement that commits alone; returns how many rows it found. */
    int change(String sql, long... parameters) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setLong(i + 1, parameters[i]);
            }
            return statement.executeUpdate();
        }
    }

    CompletableFuture<Void> async(Work work) {
        return CompletableFuture.runAsync(() -> {
            try {
                work.run();
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
        });
    }

    /** Waits until somebody waits for a lock. */
    void awaitBlocked() throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            for (int i = 0; number(connection, database.blocked()) == 0; i++) {
                assertThat(i).as("looks for one who waits for a lock").isLessThan(100);
                LockSupport.parkNanos(120_000_000); // what InnoDB tells is up to 100 ms old
            }
        }
    }

    @Override
    public void close() throws SQLException {
        for (Connection connection : open) {
            if (!connection.getAutoCommit()) {
                connection.rollback();
            }
            connection.close();
        }
    }
}
