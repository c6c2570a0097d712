package dev.pawl.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every server of this module owes the tests that use it. Settings ask for a process, so that these may kill it. */
abstract class SqlServerContract {

    private final SqlServer server;

    SqlServerContract(SqlServer server) {
        this.server = server;
    }

    @Test
    void everyDatabaseIsItsOwn() throws SQLException {
        String other = server.newDatabase();
        run(server.url(), "CREATE TABLE of_this (x INT)");
        assertThatThrownBy(() -> run(other, "SELECT * FROM of_this")).isInstanceOf(SQLException.class);
    }

    @Test
    void whatWasCommittedSurvivesAKillAndAStop() throws Exception {
        run(server.url(), "CREATE TABLE kept AS SELECT 42 AS x");
        long first = server.pid();
        server.kill();
        assertThat(Commands.isAlive(first)).isFalse();
        assertThatThrownBy(() -> ask(server.url(), "SELECT 1")).isInstanceOf(SQLException.class);
        server.start();
        assertThat(server.pid()).isNotEqualTo(first);
        assertThat(ask(server.url(), "SELECT x FROM kept")).isEqualTo("42");
        server.stop();
        server.start();
        assertThat(ask(server.url(), "SELECT x FROM kept")).isEqualTo("42");
    }

    @Test
    void aDatabaseIsDroppedThoughATransactionIsOpenInIt() throws Exception {
        String other = server.newDatabase();
        run(other, "CREATE TABLE held (x INT)");
        try (Connection connection = DriverManager.getConnection(other);
                Statement statement = connection.createStatement();
                Connection roots = DriverManager.getConnection(server.url());
                Statement root = roots.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("INSERT INTO held VALUES (1)");
            server.drop(root, other.replaceFirst(".*/(pawl_\\w+).*", "$1"));
            assertThatThrownBy(() -> statement.execute("SELECT 1")).isInstanceOf(SQLException.class);
        }
        assertThatThrownBy(() -> ask(other, "SELECT 1")).isInstanceOf(SQLException.class);
    }

    @Test
    void aPausedServerIsSilentOnOpenConnectionsToo() throws Exception {
        try (Connection connection = DriverManager.getConnection(server.url());
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT 1");
            server.pause();
            connection.setNetworkTimeout(Runnable::run, 500);
            assertThatThrownBy(() -> statement.execute("SELECT 1")).isInstanceOf(SQLException.class);
        } finally {
            server.resume();
        }
        assertThat(ask(server.url(), "SELECT 1")).isEqualTo("1");
    }

    @Test
    void theServerAndItsFolderEndWithAJvmThatIsTerminated(@TempDir Path temp) throws Exception {
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djava.io.tmpdir=" + Files.createDirectory(open(temp).resolve("tmp")),
                        "-cp",
                        System.getProperty("java.class.path"),
                        ServerUntilTheEnd.class.getName(),
                        getClass().getSimpleName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        long pid = Long.parseLong(firstLine(jvm));
        assertThat(Commands.isAlive(pid)).isTrue();
        assertThat(folders(temp.resolve("tmp"))).isNotEmpty();
        open(temp.resolve("tmp"));
        jvm.destroy();
        assertThat(jvm.waitFor(60, TimeUnit.SECONDS)).isTrue();
        Commands.waitUntil(Duration.ofSeconds(10), () -> !Commands.isAlive(pid));
        assertThat(folders(temp.resolve("tmp"))).isEmpty();
    }

    /** The server's user must be able to reach its folder. */
    private static Path open(Path folder) throws IOException {
        Files.setPosixFilePermissions(folder, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
        return folder;
    }

    private static Set<String> folders(Path temp) throws IOException {
        try (Stream<Path> paths = Files.list(temp)) {
            Set<String> names = new TreeSet<>();
            paths.map(path -> path.getFileName().toString())
                    .filter(name -> name.startsWith("pawl-"))
                    .forEach(names::add);
            return names;
        }
    }

    private static String firstLine(Process process) throws IOException {
        BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
        return String.valueOf(reader.readLine());
    }

    private static void run(String url, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static String ask(String url, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
