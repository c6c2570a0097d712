package dev.pawl.samples.transfer;

import dev.pawl.fencing.FencingToken;
import dev.pawl.fencing.JdbcFenceGuard;
import dev.pawl.fencing.JdbcFences;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.h2.jdbcx.JdbcDataSource;

/** Two accounts in a database that all processes share, and their fence. */
final class Accounts {

    /** What was read. */
    record Balances(int first, int second) {
        Balances move(int amount) {
            return new Balances(first - amount, second + amount);
        }
    }

    private final JdbcDataSource database = new JdbcDataSource();
    private final JdbcFenceGuard guard;
    private final boolean fenced;

    private Accounts(Path directory, boolean fenced) {
        database.setURL("jdbc:h2:" + directory.resolve("bank").toAbsolutePath() + ";AUTO_SERVER=TRUE");
        this.guard = JdbcFences.of(database).guard("accounts");
        this.fenced = fenced;
    }

    static Accounts create(Path directory, boolean fenced) throws SQLException {
        Accounts accounts = new Accounts(directory, fenced);
        JdbcFences.of(accounts.database).createSchema();
        try (Connection connection = accounts.database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE accounts (account_1 INT NOT NULL, account_2 INT NOT NULL)");
            statement.execute("INSERT INTO accounts VALUES (100, 0)");
        }
        return accounts;
    }

    static Accounts open(Path directory, boolean fenced) {
        return new Accounts(directory, fenced);
    }

    /** The first thing that a holder does: from here on, whoever held the lock before cannot write. */
    void enter(FencingToken token) {
        if (fenced) {
            guard.enter(token);
        }
    }

    Balances read() throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT account_1, account_2 FROM accounts")) {
            row.next();
            return new Balances(row.getInt(1), row.getInt(2));
        }
    }

    /** Writes in one transaction, which begins by showing the token. */
    void write(FencingToken token, Balances balances) throws SQLException {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            if (fenced) {
                guard.check(connection, token);
            }
            try (PreparedStatement update =
                    connection.prepareStatement("UPDATE accounts SET account_1 = ?, account_2 = ?")) {
                update.setInt(1, balances.first());
                update.setInt(2, balances.second());
                update.executeUpdate();
            }
            connection.commit();
        }
    }
}
