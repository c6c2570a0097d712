package dev.pawl.servers;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL server as one test class sees it: its own database on a server that the classes of a JVM share. A process
 * can be stopped, killed and paused; one that a URL names cannot. For use by one thread.
 */
public final class PostgresServer {

    private static final String URL_VARIABLE = "PAWL_POSTGRES_URL";
    private static final Map<List<String>, PostgresProcess> PROCESSES = new ConcurrentHashMap<>();
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private final String serverUrl;
    private final @Nullable PostgresProcess process;
    private final Queue<String> databases = new ConcurrentLinkedQueue<>();
    private final String url;

    private PostgresServer(String serverUrl, @Nullable PostgresProcess process) throws SQLException {
        this.serverUrl = serverUrl;
        this.process = process;
        this.url = newDatabase();
    }

    static PostgresServer open(List<String> settings) throws IOException, InterruptedException, SQLException {
        String given = System.getenv(URL_VARIABLE);
        if (given != null && !given.isBlank() && settings.isEmpty()) {
            return new PostgresServer(given, null);
        }
        PostgresProcess process = PROCESSES.get(settings);
        if (process == null) {
            process = PostgresProcess.create(settings);
            PROCESSES.put(settings, process);
        }
        process.ensureRunning();
        return new PostgresServer(process.url(), process);
    }

    /**
     * Returns the URL of the class's own database, with user and password where they are needed.
     *
     * @return a JDBC URL
     */
    public String url() {
        return url;
    }

    /**
     * Makes one more empty database, which is dropped after the class.
     *
     * @return its JDBC URL
     * @throws SQLException if the server refuses
     */
    public String newDatabase() throws SQLException {
        String name = "pawl_" + ProcessHandle.current().pid() + "_" + DATABASES.incrementAndGet();
        try (Connection connection = DriverManager.getConnection(serverUrl);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        }
        databases.add(name);
        return serverUrl.replaceFirst("(jdbc:postgresql://[^/]*/)[^?]*", "$1" + name);
    }

    /**
     * Returns the process id of the server's first process.
     *
     * @return the id
     * @throws UnsupportedOperationException if the server was given by a URL
     */
    public long pid() {
        return process().pid();
    }

    /**
     * Starts the server after {@link #stop()} or {@link #kill()}, on the same port and data, and waits until it answers.
     *
     * @throws IOException if it does not start
     * @throws InterruptedException if the thread was interrupted meanwhile
     */
    public void start() throws IOException, InterruptedException {
        process().start();
    }

    /**
     * Ends the server as an administrator does, open connections included, and waits for its end.
     *
     * @throws IOException if the signal cannot be sent
     * @throws InterruptedException if the thread was interrupted meanwhile
     */
    public void stop() throws IOException, InterruptedException {
        process().stop();
    }

    /**
     * Kills the server with all its processes at once, as a crash does, and waits for their end.
     *
     * @throws IOException if the signal cannot be sent
     * @throws InterruptedException if the thread was interrupted meanwhile
     */
    public void kill() throws IOException, InterruptedException {
        process().kill();
    }

    /**
     * Stops the server's processes where they are, until {@link #resume()}.
     *
     * @throws IOException if the signal cannot be sent
     * @throws InterruptedException if the thread was interrupted meanwhile
     */
    public void pause() throws IOException, InterruptedException {
        process().signalAll("STOP");
    }

    /**
     * Lets a paused server go on.
     *
     * @throws IOException if the signal cannot be sent
     * @throws InterruptedException if the thread was interrupted meanwhile
     */
    public void resume() throws IOException, InterruptedException {
        process().signalAll("CONT");
    }

    void dropDatabases() throws IOException, InterruptedException, SQLException {
        if (process != null) {
            process.ensureRunning();
        }
        try (Connection connection = DriverManager.getConnection(serverUrl);
                Statement statement = connection.createStatement()) {
            for (String name = databases.poll(); name != null; name = databases.poll()) {
                statement.execute("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
            }
        }
    }

    private PostgresProcess process() {
        if (process == null) {
            throw new UnsupportedOperationException("the server that " + URL_VARIABLE + " names is not ours to stop");
        }
        return process;
    }
}
