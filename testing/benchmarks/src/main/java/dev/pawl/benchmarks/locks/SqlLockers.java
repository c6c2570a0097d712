package dev.pawl.benchmarks.locks;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.pawl.lock.jdbc.JdbcLockBackend;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.core.SimpleLock;
import net.javacrumbs.shedlock.provider.jdbctemplate.JdbcTemplateLockProvider;
import org.springframework.jdbc.core.JdbcTemplate;

/** Locks in PostgreSQL, through a pool with its defaults; the address is a JDBC URL. */
final class SqlLockers {

    private static final Duration LEASE = Duration.ofSeconds(30);

    private SqlLockers() {}

    static Locker raw(String url) throws SQLException {
        HikariDataSource pool = pool(url);
        create(
                pool,
                "CREATE TABLE IF NOT EXISTS raw_lock"
                        + " (name TEXT PRIMARY KEY, owner TEXT NOT NULL, until TIMESTAMPTZ NOT NULL)");
        return Locker.of(
                name -> {
                    String owner = RedisLockers.newOwner();
                    if (change(
                                    pool,
                                    "INSERT INTO raw_lock VALUES (?, ?, now() + interval '30 s') ON CONFLICT (name)"
                                            + " DO UPDATE SET owner = EXCLUDED.owner, until = EXCLUDED.until"
                                            + " WHERE raw_lock.until <= now()",
                                    name,
                                    owner)
                            != 1) {
                        throw new IllegalStateException("lock must be free: name=" + name);
                    }
                    return () -> {
                        if (change(
                                        pool,
                                        "UPDATE raw_lock SET until = '-infinity' WHERE name = ? AND owner = ?",
                                        name,
                                        owner)
                                != 1) {
                            throw new IllegalStateException("lock must be held: name=" + name);
                        }
                    };
                },
                pool);
    }

    private static int change(HikariDataSource pool, String sql, String name, String owner) throws SQLException {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, name);
            statement.setString(2, owner);
            return statement.executeUpdate();
        }
    }

    static Locker pawl(String url) {
        HikariDataSource pool = pool(url);
        ExecutorService threads = Executors.newFixedThreadPool(pool.getMaximumPoolSize());
        JdbcLockBackend backend = JdbcLockBackend.of(pool, Pawl.NAMESPACE, threads);
        backend.createSchema();
        return new Pawl(backend, () -> {
            threads.shutdown();
            pool.close();
        });
    }

    static Locker shedLock(String url) throws SQLException {
        HikariDataSource pool = pool(url);
        create(
                pool,
                "CREATE TABLE IF NOT EXISTS shedlock (name VARCHAR(64) PRIMARY KEY, lock_until TIMESTAMP NOT NULL,"
                        + " locked_at TIMESTAMP NOT NULL, locked_by VARCHAR(255) NOT NULL)");
        LockProvider provider = new JdbcTemplateLockProvider(JdbcTemplateLockProvider.Configuration.builder()
                .withJdbcTemplate(new JdbcTemplate(pool))
                .usingDbTime()
                .build());
        return Locker.of(
                name -> {
                    Optional<SimpleLock> lock =
                            provider.lock(new LockConfiguration(Instant.now(), name, LEASE, Duration.ZERO));
                    return lock.orElseThrow(() -> new IllegalStateException("lock must be free: name=" + name))::unlock;
                },
                pool);
    }

    private static void create(HikariDataSource pool, String sql) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            connection.createStatement().execute(sql);
        }
    }

    private static HikariDataSource pool(String url) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        return new HikariDataSource(config);
    }
}
