package dev.pawl.lock.jdbc;

import java.sql.Connection;

/** Hands out one connection, and leaves it open. */
final class Always extends OtherDataSource {

    private final Connection connection;

    Always(Connection connection) {
        this.connection = notClosing(connection);
    }

    @Override
    public Connection getConnection() {
        return connection;
    }
}
