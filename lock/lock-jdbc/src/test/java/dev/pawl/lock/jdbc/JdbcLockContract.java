package dev.pawl.lock.jdbc;

import dev.pawl.lock.spi.LockBackend;
import dev.pawl.testkit.LockBackendTck;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.OptionalInt;
import java.util.UUID;
import javax.sql.DataSource;

/** The kit on one database, with a namespace for each test. */
abstract class JdbcLockContract extends LockBackendTck {

    final String namespace = "tck-" + UUID.randomUUID();

    abstract DataSource dataSource();

    @Override
    protected LockBackend open() {
        JdbcLockBackend backend = JdbcLockBackend.of(dataSource(), namespace, ThreadPerTask.INSTANCE, Client.PATIENCE);
        backend.createSchema();
        return backend;
    }

    @Override
    protected boolean grantsByMessage() {
        return false;
    }

    @Override
    protected OptionalInt kept() {
        String sql = "SELECT COUNT(*) FROM pawl_lock WHERE namespace = ? AND (until_us > ? OR more_until_us > ?)";
        long now = Clock.systemUTC().millis() * 1_000;
        try (Connection connection = dataSource().getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setBytes(1, namespace.getBytes(StandardCharsets.UTF_8));
            statement.setLong(2, now);
            statement.setLong(3, now);
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                return OptionalInt.of(result.getInt(1));
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
