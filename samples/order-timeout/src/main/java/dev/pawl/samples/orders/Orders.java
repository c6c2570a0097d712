package dev.pawl.samples.orders;

import dev.pawl.fencing.FencingToken;
import dev.pawl.fencing.JdbcFences;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.h2.jdbcx.JdbcDataSource;

/** The orders, in a database that all processes share, and a fence for each. */
final class Orders {

    /** An order, and how often something has cancelled it. */
    record Order(String id, boolean paid, int cancelled) {}

    private final JdbcDataSource database = new JdbcDataSource();
    private final JdbcFences fences = JdbcFences.of(database);

    private Orders(Path directory) {
        database.setURL("jdbc:h2:" + directory.resolve("shop").toAbsolutePath() + ";AUTO_SERVER=TRUE");
    }

    static Orders open(Path directory) {
        return new Orders(directory);
    }

    /** The process that calls this serves the database to the others until it ends. */
    void createTables() throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("SET DB_CLOSE_DELAY -1");
            fences.createSchema();
            statement.execute("CREATE TABLE orders (id VARCHAR(20) PRIMARY KEY, paid BOOLEAN DEFAULT FALSE NOT NULL,"
                    + " cancelled INT DEFAULT 0 NOT NULL)");
        }
    }

    void place(String order) throws SQLException {
        change("INSERT INTO orders (id) VALUES (?)", order);
    }

    /** False if the order is cancelled already. */
    boolean pay(String order) throws SQLException {
        return change("UPDATE orders SET paid = TRUE WHERE id = ? AND cancelled = 0", order);
    }

    /** The first thing that a worker does with an order: from here on, whoever had its job before cannot change it. */
    void enter(String order, FencingToken token) {
        fences.guard(order).enter(token);
    }

    /** Cancels an order if it is not paid, in one transaction, which begins by showing the token. */
    boolean cancelUnpaid(String order, FencingToken token) throws SQLException {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            fences.guard(order).check(connection, token);
            // Counts, so that a second cancellation would be seen here. In a shop say AND cancelled = 0 too: a worker
            // that dies between
            // this and its acknowledgement has its job delivered again, with a higher token.
            boolean unpaid =
                    change(connection, "UPDATE orders SET cancelled = cancelled + 1 WHERE id = ? AND NOT paid", order);
            connection.commit();
            return unpaid;
        }
    }

    List<Order> all() throws SQLException {
        List<Order> all = new ArrayList<>();
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT id, paid, cancelled FROM orders")) {
            while (row.next()) {
                all.add(new Order(row.getString(1), row.getBoolean(2), row.getInt(3)));
            }
        }
        return all;
    }

    private boolean change(String sql, String order) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return change(connection, sql, order);
        }
    }

    private static boolean change(Connection connection, String sql, String order) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, order);
            return statement.executeUpdate() == 1;
        }
    }
}
