package dev.pawl.servers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One ZooKeeper server in a JVM of its own, on a port of loopback, with a folder of its own; it ends with this JVM. For use by
 * one thread.
 */
public final class ZooKeeperProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int SOCKET_MILLIS = 2_000;
    private static final AtomicInteger PREFIXES = new AtomicInteger();

    private final Path folder;
    private final int port;
    private final Map<String, String> environment;
    private final Thread hook = new Thread(this::endQuietly, "end of ZooKeeper");
    private boolean measured;
    private @Nullable Process process;

    private ZooKeeperProcess(Path folder, int port, Map<String, String> environment) {
        this.folder = folder;
        this.port = port;
        this.environment = Map.copyOf(environment);
    }

    /**
     * Starts a server that is an ensemble by itself.
     *
     * @param settings lines of zoo.cfg beyond the defaults, as {@code name=value}
     * @return the server, answering; it ends with the JVM or with {@link #close()}
     * @throws IOException if it does not start
     * @throws InterruptedException if the thread was interrupted meanwhile
     */
    public static ZooKeeperProcess create(String... settings) throws IOException, InterruptedException {
        ZooKeeperProcess made = prepare(0, Ports.free(), Map.of(), List.of(settings));
        made.start();
        return made;
    }

    /**
     * Starts a server as {@link #create} does, that is compiled for a long life and not for a quick start: for measurements.
     *
     * @return the server, answering
     * @throws IOException if it does not start
     * @throws InterruptedException if the thread was interrupted meanwhile
     */
    public static ZooKeeperProcess createToMeasure() throws IOException, InterruptedException {
        ZooKeeperProcess made = prepare(0, Ports.free(), Map.of(), List.of());
        made.measured = true;
        made.start();
        return made;
    }

    /** A server that is not started yet; with an id above 0 it is one of an ensemble. */
    static ZooKeeperProcess prepare(int id, int port, Map<String, String> environment, List<String> settings)
            throws IOException {
        Path folder = Files.createTempDirectory("pawl-zookeeper-");
        List<String> lines = new ArrayList<>(List.of(
                "dataDir=" + folder.resolve("data"),
                "clientPort=" + port,
                "clientPortAddress=127.0.0.1",
                "maxClientCnxns=0",
                "admin.enableServer=false",
                "4lw.commands.whitelist=*"));
        if (settings.stream().noneMatch(line -> line.startsWith("tickTime="))) {
            lines.add("tickTime=2000");
        }
        lines.addAll(settings);
        Files.createDirectories(folder.resolve("data"));
        Files.write(folder.resolve("zoo.cfg"), lines);
        if (id > 0) {
            Files.writeString(folder.resolve("data").resolve("myid"), Integer.toString(id));
        }
        ZooKeeperProcess made = new ZooKeeperProcess(folder, port, environment);
        Runtime.getRuntime().addShutdownHook(made.hook);
        return made;
    }

    /**
     * Returns where to connect to.
     *
     * @return a connect string
     */
    public String connectString() {
        return "127.0.0.1:" + port;
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
     * Returns the process id of the server.
     *
     * @return the id
     */
    public long pid() {
        return started().pid();
    }

    /**
     * Returns a beginning of paths that nobody else of this JVM uses.
     *
     * @return an absolute path of one segment
     */
    public String newPath() {
        return "/pawl-" + ProcessHandle.current().pid() + "-" + PREFIXES.incrementAndGet();
    }

    /**
     * Starts the server after {@link #kill()}, on the same port, with what it has on disk, and waits until it serves.
     *
     * @throws IOException if it does not start
     * @throws InterruptedException if the thread was interrupted meanwhile
     */
    public void start() throws IOException, InterruptedException {
        startOnly();
        Process started = started();
        Commands.waitUntil(PATIENCE, () -> {
            if (!started.isAlive()) {
                throw new IOException("ZooKeeper ended at its start: " + Files.readString(folder.resolve("log")));
            }
            return serves();
        });
    }

    /**
     * Changes the server's settings from its next start on.
     *
     * @param line a line of zoo.cfg, as {@code name=value}, in the place of an earlier one of this name
     * @throws IOException if they cannot be written
     */
    public void set(String line) throws IOException {
        Files.writeString(folder.resolve("zoo.cfg"), line + System.lineSeparator(), StandardOpenOption.APPEND);
    }

    /** Starts the server and does not wait: alone it serves nobody if the others are not there. */
    void startOnly() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=" + (measured ? 4 : 1),
                        "-Dzookeeper.fsync.warningthresholdms=10000",
                        "-Dzookeeper.forceSync=no",
                        "-Dzookeeper.extendedTypesEnabled=true",
                        // Whoever misses the others' first words in an election hears the next ones after this, not
                        // after a minute.
                        "-Dzookeeper.fastleader.maxNotificationInterval=500",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "org.apache.zookeeper.server.quorum.QuorumPeerMain",
                        folder.resolve("zoo.cfg").toString())
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()));
        builder.environment().putAll(environment);
        process = builder.start();
    }

    /**
     * Asks the server by a four-letter word.
     *
     * @param word for example {@code srvr} or {@code wchs}
     * @return what it answers
     * @throws IOException if it is not reached, or silent for 2 s
     */
    public String ask(String word) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), SOCKET_MILLIS);
            socket.setSoTimeout(SOCKET_MILLIS);
            socket.getOutputStream().write(word.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /**
     * Tells whether the server serves clients now.
     *
     * @return whether it says so
     */
    public boolean serves() {
        try {
            return ask("srvr").contains("Mode:");
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Tells what the server is.
     *
     * @return {@code standalone}, {@code leader} or {@code follower}
     * @throws IOException if it does not serve
     */
    public String mode() throws IOException {
        return ask("srvr")
                .lines()
                .filter(line -> line.startsWith("Mode: "))
                .findFirst()
                .orElseThrow(() -> new IOException("the server does not serve"))
                .substring("Mode: ".length());
    }

    /**
     * Kills the server at once, as a crash does, and waits for its end.
     *
     * @throws IOException if the signal cannot be sent
     * @throws InterruptedException if the thread was interrupted meanwhile
     */
    public void kill() throws IOException, InterruptedException {
        Process ending = started();
        Commands.signal("KILL", List.of(ending.pid()));
        Commands.waitUntil(PATIENCE, () -> !ending.isAlive());
    }

    /**
     * Stops the server where it is, until {@link #resume()}.
     *
     * @throws IOException if the signal cannot be sent
     * @throws InterruptedException if the thread was interrupted meanwhile
     */
    public void pause() throws IOException, InterruptedException {
        Commands.signal("STOP", List.of(started().pid()));
    }

    /**
     * Lets a paused server go on.
     *
     * @throws IOException if the signal cannot be sent
     * @throws InterruptedException if the thread was interrupted meanwhile
     */
    public void resume() throws IOException, InterruptedException {
        Commands.signal("CONT", List.of(started().pid()));
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
            startOnly();
        }
    }

    /** Kills the server and removes its folder. */
    @Override
    public void close() {
        endQuietly();
        Runtime.getRuntime().removeShutdownHook(hook);
    }

    private Process started() {
        Process started = process;
        if (started == null) {
            throw new IllegalStateException("the server was never started");
        }
        return started;
    }

    private void endQuietly() {
        try {
            Process ending = process;
            if (ending != null) {
                ending.destroyForcibly().waitFor();
            }
            Commands.deleteFolder(folder);
        } catch (IOException e) {
            System.err.println("ZooKeeper in " + folder + " was left behind: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
