package dev.pawl.lock.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** One pool for each URL, for as long as the JVM lives, since tests of a class share their database. */
final class Pools {

    private static final Map<String, HikariDataSource> OPEN = new ConcurrentHashMap<>();

    private Pools() {}

    static HikariDataSource of(String url) {
        return OPEN.computeIfAbsent(url, Pools::open);
    }

    private static HikariDataSource open(String url) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setMaximumPoolSize(16);
        config.setMinimumIdle(1);
        return new HikariDataSource(config);
    }
}
