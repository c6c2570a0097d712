package dev.pawl.idgen.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Hands out one connection again and again, or none at all. */
final class Always extends OtherDataSource {

    private final @Nullable Connection connection;

    Always(@Nullable Connection connection) {
        this.connection = connection;
    }

    @Override
    public Connection getConnection() throws SQLException {
        if (connection == null) {
            throw new SQLException("connection refused", "08001");
        }
        return notClosing(connection);
    }
}
