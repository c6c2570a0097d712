package dev.pawl.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One Redis of this machine's binaries on a port of loopback, with a folder of its own, which ends with this JVM. Without
 * settings it keeps nothing on disk. For use by one thread.
 */
public final class RedisProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final AtomicInteger PREFIXES = new AtomicInteger();

    private final Path folder;
    private final int port = Ports.free();
    private final List<String> command;
    private final Map<String, String> environment;
    private final Thread hook = new Thread(this::endQuietly, "end of Redis");
    private @Nullable Process process;

    private RedisProcess(Path folder, List<String> command, Map<String, String> environment) {
        this.folder = folder;
        this.command = command;
        this.environment = environment;
    }

    /**
     * Starts a server on a free port.
     *
     * @param settings directives of redis.conf as {@code name value}, for example {@code appendonly yes}
     * @return the server, answering; it ends with the JVM or with {@link #close()}
     * @throws IOException if it does not start
     * @throws InterruptedException if the thread was interrupted meanwhile
     */
    public static RedisProcess create(String... settings) throws IOException, InterruptedException {
        return create(List.of(settings), Map.of(), false);
    }

    /**
     * Starts a server on a free port, with variables in its environment beside those of this process.
     *
     * @param environment the variables, which it has also when it is started again
     * @param settings directives of redis.conf as {@code name value}
     * @return the server, answering; it ends with the JVM or with {@link #close()}
     * @throws IOException if it does not start
     * @throws InterruptedException if the thread was interrupted meanwhile
     */
    public static RedisProcess create(Map<String, String> environment, String... settings)
            throws IOException, InterruptedException {
        return create(List.of(settings), environment, false);
    }

    /** A Sentinel is the same program, and writes to its configuration file. */
    static RedisProcess sentinel(List<String> settings) throws IOException, InterruptedException {
        return create(settings, Map.of(), true);
    }

    private static RedisProcess create(List<String> settings, Map<String, String> environment, boolean sentinel)
            throws IOException, InterruptedException {
        String program = Commands.find("redis-server")
                .orElseThrow(() -> Missing.tool("Redis is missing: install redis-server (Debian's package name)"))
                .toString();
        Path folder = Files.createTempDirectory("pawl-redis-");
        Path file = folder.resolve("redis.conf");
        List<String> command = new ArrayList<>(List.of(program, file.toString()));
        if (sentinel) {
            command.add("--sentinel");
        }
        RedisProcess made = new RedisProcess(folder, command, environment);
        List<String> lines =
                new ArrayList<>(List.of("port " + made.port, "bind 127.0.0.1", "dir " + folder, "daemonize no"));
        if (!sentinel) {
            lines.addAll(List.of("save \"\"", "appendonly no"));
        }
        lines.addAll(settings);
        Files.write(file, lines);
        Runtime.getRuntime().addShutdownHook(made.hook);
        made.start();
        return made;
    }

    /**
     * Returns the port that the server has, also after it was started again.
     *
     * @return a port on loopback
     */
    public int port() {
        return port;
    }

    /**
     * Returns where to connect to.
     *
     * @return a URI as Lettuce and Redisson read it
     */
    public String uri() {
        return "redis://127.0.0.1:" + port;
    }

    /**
     * Returns a beginning of keys that nobody else of this JVM uses.
     *
     * @return the beginning, of letters, digits and {@code -}
     */
    public String newPrefix() {
        return "pawl-" + ProcessHandle.current().pid() + "-" + PREFIXES.incrementAndGet();
    }

    /**
     * Sends a command on a connection of its own.
     *
     * @param words the command and its arguments
     * @return a String, a Long, a List of these, or null
     * @throws IOException if the server is not reached, is silent for 10 s, or replies with an error, which is the message
     */
    public @Nullable Object ask(String... words) throws IOException {
        try (RedisConnection connection = new RedisConnection(port)) {
            return connection.ask(words);
        }
    }

    /**
     * Deletes all that the server has.
     *
     * @throws IOException if the server does not
     */
    public void flushAll() throws IOException {
        ask("FLUSHALL");
    }

    /**
     * Returns the process id of the server.
     *
     * @return the id
     */
    public long pid() {
        return started().pid();
    }

    /**
     * Starts the server after {@link #stop()} or {@link #kill()}, on the same port, with what it has on disk, and waits until it
     * answers.
     *
     * @throws IOException if it does not start
     * @throws InterruptedException if the thread was interrupted meanwhile
     */
    public void start() throws IOException, InterruptedException {
        Path log = folder.resolve("log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        Process started = builder.start();
        process = started;
        Commands.waitUntil(PATIENCE, () -> {
            if (!started.isAlive()) {
                throw new IOException("Redis ended at its start: " + Files.readString(log));
            }
            return answers();
        });
    }

    /**
     * Starts the server as {@link #start()} does, but without what it had on disk.
     *
     * @throws IOException if it does not start
     * @throws InterruptedException if the thread was interrupted meanwhile
     */
    public void startEmpty() throws IOException, InterruptedException {
        for (String data : List.of("appendonlydir", "appendonly.aof", "dump.rdb")) {
            if (Files.exists(folder.resolve(data))) {
                Commands.deleteFolder(folder.resolve(data));
            }
        }
        start();
    }

    /**
     * Ends the server as an administrator does, and waits for its end.
     *
     * @throws IOException if the signal cannot be sent
     * @throws InterruptedException if the thread was interrupted meanwhile
     */
    public void stop() throws IOException, InterruptedException {
        resume();
        end("TERM");
    }

    /**
     * Kills the server at once, as a crash does, and waits for its end.
     *
     * @throws IOException if the signal cannot be sent
     * @throws InterruptedException if the thread was interrupted meanwhile
     */
    public void kill() throws IOException, InterruptedException {
        end("KILL");
    }

    /**
     * Stops the server where it is, until {@link #resume()}.
     *
     * @throws IOException if the signal cannot be sent
     * @throws InterruptedException if the thread was interrupted meanwhile
     */
    public void pause() throws IOException, InterruptedException {
        Commands.signal("STOP", List.of(pid()));
    }

    /**
     * Lets a paused server go on.
     *
     * @throws IOException if the signal cannot be sent
     * @throws InterruptedException if the thread was interrupted meanwhile
     */
    public void resume() throws IOException, InterruptedException {
        Commands.signal("CONT", List.of(pid()));
    }

    /** Kills the server and removes its folder. */
    @Override
    public void close() {
        endQuietly();
        Runtime.getRuntime().removeShutdownHook(hook);
    }

    /**
     * Lets the server run again, paused or ended as it may be.
     *
     * @throws IOException if it does not
     * @throws InterruptedException if the thread was interrupted meanwhile
     */
    public void ensureRunning() throws IOException, InterruptedException {
        if (started().isAlive()) {
            resume();
        } else {
            start();
        }
    }

    private Process started() {
        Process started = process;
        if (started == null) {
            throw new IllegalStateException("the server was never started");
        }
        return started;
    }

    private void end(String signal) throws IOException, InterruptedException {
        Process ending = started();
        Commands.signal(signal, List.of(ending.pid()));
        Commands.waitUntil(PATIENCE, () -> !ending.isAlive());
    }

    private boolean answers() {
        try {
            return "PONG".equals(ask("PING"));
        } catch (IOException e) {
            return false;
        }
    }

    private void endQuietly() {
        try {
            Process ending = process;
            if (ending != null) {
                ending.destroyForcibly().waitFor();
            }
            Commands.deleteFolder(folder);
        } catch (IOException e) {
            System.err.println("Redis in " + folder + " was left behind: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
