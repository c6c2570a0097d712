package dev.pawl.servers;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A database server as one test class sees it: its own database on a server that the classes of a JVM share. A process
 * can be stopped, killed and paused; one that a URL names cannot. For use by one thread.
 */
public abstract sealed class SqlServer permits PostgresServer, MariaDbServer, MySqlServer {

    private static final AtomicInteger DATABASES = new AtomicInteger();

    private final String serverUrl;
    private final @Nullable ServerProcess process;
    private final Queue<String> databases = new ConcurrentLinkedQueue<>();
    private final String url;

    SqlServer(Given server) throws SQLException {
        this.serverUrl = server.url();
        this.process = server.process();
        this.url = newDatabase();
    }

    /** A server by its URL, and by its process where it is ours. */
    record Given(String url, @Nullable ServerProcess process) {}

    /** The processes of one kind in this JVM, by their settings. */
    static final class Processes {

        /** Makes a process with settings, and starts it. */
        interface Maker {
            ServerProcess create(ServerProcess.Settings settings) throws IOException, InterruptedException;
        }

        private final Map<List<String>, ServerProcess> processes = new ConcurrentHashMap<>();
        private final String urlVariable;
        private final Maker maker;

        Processes(String urlVariable, Maker maker) {
            this.urlVariable = urlVariable;
            this.maker = maker;
        }

        Given open(List<String> settings) throws IOException, InterruptedException {
            Optional<String> given = givenUrl(urlVariable);
            if (given.isPresent() && settings.isEmpty()) {
                return new Given(given.get(), null);
            }
            ServerProcess process = processes.get(settings);
            if (process == null) {
                process = maker.create(new ServerProcess.Settings(settings, Map.of()));
                processes.put(settings, process);
            }
            process.ensureRunning();
            return new Given(process.url(), process);
        }
    }

    /** Starts a server that nobody else has, with variables in its environment; it ends with the JVM. */
    static Given own(Processes.Maker maker, Map<String, String> environment) throws IOException, InterruptedException {
        ServerProcess process = maker.create(new ServerProcess.Settings(List.of(), environment));
        return new Given(process.url(), process);
    }

    static Optional<String> givenUrl(String variable) {
        return Optional.ofNullable(System.getenv(variable)).filter(url -> !url.isBlank());
    }

    /** Drops a database of this class, whoever is still connected to it. */
    abstract void drop(Statement statement, String database) throws SQLException;

    /**
     * Returns the URL of the class's own database, with user and password where they are needed.
     *
     * @return a JDBC URL
     */
    public final String url() {
        return url;
    }

    /**
     * Makes one more empty database, which is dropped after the class.
     *
     * @return its JDBC URL
     * @throws SQLException if the server refuses
     */
    public final String newDatabase() throws SQLException {
        String name = "pawl_" + ProcessHandle.current().pid() + "_" + DATABASES.incrementAndGet();
        try (Connection connection = DriverManager.getConnection(serverUrl);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        }
        databases.add(name);
        return serverUrl.replaceFirst("(jdbc:\\w+://[^/]*/)[^?]*", "$1" + name);
    }

    /**
     * Returns the process id of the server's first process.
     *
     * @return the id
     * @throws UnsupportedOperationException if the server was given by a URL
     */
    public final long pid() {
        return process().pid();
    }

    /**
     * Starts the server after {@link #stop()} or {@link #kill()}, on the same port and data, and waits until it answers.
     *
     * @throws IOException if it does not start
     * @throws InterruptedException if the thread was interrupted meanwhile
     */
    public final void start() throws IOException, InterruptedException {
        process().start();
    }

    /**
     * Ends the server as an administrator does, open connections included, and waits for its end.
     *
     * @throws IOException if the signal cannot be sent
     * @throws InterruptedException if the thread was interrupted meanwhile
     */
    public final void stop() throws IOException, InterruptedException {
        process().stop();
    }

    /**
     * Kills the server with all its processes at once, as a crash does, and waits for their end.
     *
     * @throws IOException if the signal cannot be sent
     * @throws InterruptedException if the thread was interrupted meanwhile
     */
    public final void kill() throws IOException, InterruptedException {
        process().kill();
    }

    /**
     * Stops the server's processes where they are, until {@link #resume()}.
     *
     * @throws IOException if the signal cannot be sent
     * @throws InterruptedException if the thread was interrupted meanwhile
     */
    public final void pause() throws IOException, InterruptedException {
        process().signalAll("STOP");
    }

    /**
     * Lets a paused server go on.
     *
     * @throws IOException if the signal cannot be sent
     * @throws InterruptedException if the thread was interrupted meanwhile
     */
    public final void resume() throws IOException, InterruptedException {
        process().signalAll("CONT");
    }

    final void dropDatabases() throws IOException, InterruptedException, SQLException {
        if (process != null) {
            process.ensureRunning();
        }
        try (Connection connection = DriverManager.getConnection(serverUrl);
                Statement statement = connection.createStatement()) {
            for (String name = databases.poll(); name != null; name = databases.poll()) {
                drop(statement, name);
            }
        }
    }

    private ServerProcess process() {
        if (process == null) {
            throw new UnsupportedOperationException("a server that a URL names is not ours to stop");
        }
        return process;
    }
}
