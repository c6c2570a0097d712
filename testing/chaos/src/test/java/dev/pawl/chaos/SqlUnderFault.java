package dev.pawl.chaos;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.pawl.common.DaemonThreads;
import dev.pawl.lock.jdbc.JdbcLockBackend;
import dev.pawl.servers.CuttingProxy;
import dev.pawl.servers.MariaDbServer;
import dev.pawl.servers.PostgresServer;
import dev.pawl.servers.ServerClock;
import dev.pawl.servers.SqlServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.stream.Stream;

/** A database with a clock that can be moved. For use by one thread. */
final class SqlUnderFault implements StoreUnderFault {

    private interface Maker {
        SqlServer create(Map<String, String> environment) throws IOException, InterruptedException, SQLException;
    }

    private final SqlServer server;
    private final String seconds;
    private final Path clockFolder;
    private final ServerClock clock;
    private final CuttingProxy proxy;

    private SqlUnderFault(Maker maker, String seconds) throws IOException, InterruptedException, SQLException {
        this.seconds = seconds;
        // The server may run as another user.
        clockFolder = Files.createTempDirectory(
                "pawl-clock-", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        clock = ServerClock.in(clockFolder);
        server = maker.create(clock.environment());
        String port = server.url().replaceFirst("jdbc:\\w+://127\\.0\\.0\\.1:(\\d+)/.*", "$1");
        proxy = CuttingProxy.to("127.0.0.1", Integer.parseInt(port));
        makeTable();
    }

    static SqlUnderFault postgres() throws IOException, InterruptedException, SQLException {
        return new SqlUnderFault(PostgresServer::create, "SELECT EXTRACT(EPOCH FROM clock_timestamp())");
    }

    static SqlUnderFault mariaDb() throws IOException, InterruptedException, SQLException {
        return new SqlUnderFault(MariaDbServer::create, "SELECT UNIX_TIMESTAMP(SYSDATE())");
    }

    private void makeTable() {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(server.url());
        config.setMaximumPoolSize(1);
        ExecutorService threads = DaemonThreads.pool("table");
        try (HikariDataSource pool = new HikariDataSource(config)) {
            JdbcLockBackend.of(pool, "table", threads).createSchema();
        } finally {
            threads.shutdown();
        }
    }

    @Override
    public List<CuttingProxy> proxies() {
        return List.of(proxy);
    }

    @Override
    public String address() {
        return server.url().replaceFirst("127\\.0\\.0\\.1:\\d+", "127.0.0.1:" + proxy.port());
    }

    @Override
    public Duration takeOver(Duration lease) {
        return lease.plusMillis(500);
    }

    @Override
    public String requestPart(String operation, String namespace) {
        return namespace;
    }

    @Override
    public void kill() throws IOException, InterruptedException {
        server.kill();
    }

    @Override
    public void start() throws IOException, InterruptedException {
        server.start();
    }

    @Override
    public void fire(LockFault fault, LockNemesis nemesis) throws IOException {
        switch (fault) {
            case FLUSHED -> nemesis.overtake(() -> ask("DELETE FROM pawl_lock"));
            case CLOCK_FORWARD -> nemesis.moveClock(clock, this::ahead, LockNemesis.HOUR);
            case CLOCK_BACK -> nemesis.moveClock(clock, this::ahead, LockNemesis.HOUR.negated());
            default -> throw new UnsupportedOperationException(fault.name());
        }
    }

    private Duration ahead() throws IOException {
        return Duration.ofSeconds(ask(seconds) - Instant.now().getEpochSecond());
    }

    /** The number in the first row of a query; 0 of anything else. */
    private long ask(String sql) throws IOException {
        try (Connection connection = DriverManager.getConnection(server.url());
                Statement statement = connection.createStatement()) {
            if (!statement.execute(sql)) {
                return 0;
            }
            try (ResultSet rows = statement.getResultSet()) {
                return rows.next() ? rows.getLong(1) : 0;
            }
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        proxy.close();
        server.stop();
        try (Stream<Path> files = Files.list(clockFolder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(clockFolder);
    }
}
