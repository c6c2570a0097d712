package dev.pawl.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A database server of this machine's binaries, in a folder of its own, that ends with this JVM. */
abstract class ServerProcess {

    /** What the servers differ in. */
    record Kind(String product, ServerUser user, String stopSignal, String endSignal) {}

    /**
     * What a test wants of a server.
     *
     * @param lines as the server's command takes them
     * @param environment variables beside those of this process
     */
    record Settings(List<String> lines, Map<String, String> environment) {

        Settings {
            lines = List.copyOf(lines);
            environment = Map.copyOf(environment);
        }
    }

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Kind kind;
    private final Path folder;
    private final Map<String, String> environment;
    private final int port = Ports.free();
    private @Nullable Process process;
    private long pid;

    ServerProcess(Kind kind, Path folder, Map<String, String> environment) {
        this.kind = kind;
        this.folder = folder;
        this.environment = environment;
    }

    /** The command that makes the data folder. */
    abstract List<String> preparation();

    /** The command that is the server. */
    abstract List<String> server();

    /** Where the server writes its process id, in the first line. */
    abstract Path pidFile();

    /** A JDBC URL with a user that may do everything. */
    abstract String url();

    /** Makes the data folder and starts; the process ends and the folder goes with the JVM, on SIGTERM too. */
    final void create() throws IOException, InterruptedException {
        Runtime.getRuntime().addShutdownHook(new Thread(this::end, "end of " + kind.product));
        kind.user.own(folder);
        Commands.run(kind.user.command(preparation()));
        start();
    }

    final Path folder() {
        return folder;
    }

    final int port() {
        return port;
    }

    final long pid() {
        return pid;
    }

    final void start() throws IOException, InterruptedException {
        Path log = folder.resolve("log");
        ProcessBuilder builder = new ProcessBuilder(kind.user.command(server()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        Process started = builder.start();
        process = started;
        Commands.waitUntil(PATIENCE, () -> {
            if (!started.isAlive()) {
                throw new IOException(kind.product + " ended at its start: " + Files.readString(log));
            }
            return answers();
        });
        // Not the child's: where the user is changed by a process that stays, the server is that one's child.
        pid = Long.parseLong(Files.readAllLines(pidFile()).get(0).strip());
    }

    final void ensureRunning() throws IOException, InterruptedException {
        if (isAlive()) {
            signalAll("CONT");
        } else {
            start();
        }
    }

    final void stop() throws IOException, InterruptedException {
        end(kind.stopSignal);
    }

    final void kill() throws IOException, InterruptedException {
        // Once the first one stands still, no new one comes.
        Commands.signal("STOP", List.of(pid));
        List<Long> pids = pids();
        Commands.signal("KILL", pids);
        awaitEnd(pids);
    }

    /** PostgreSQL has a process for each connection, which goes on while the first one is stopped or dead. */
    final void signalAll(String signal) throws IOException, InterruptedException {
        Commands.signal(signal, pids());
    }

    private void end(String signal) throws IOException, InterruptedException {
        signalAll("CONT");
        List<Long> pids = pids();
        Commands.signal(signal, List.of(pid));
        awaitEnd(pids);
    }

    private List<Long> pids() {
        List<Long> pids = new ArrayList<>(List.of(pid));
        ProcessHandle.of(pid)
                .ifPresent(first -> first.descendants().map(ProcessHandle::pid).forEach(pids::add));
        return pids;
    }

    private boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** The first process may be gone before the others are, and a new one refuses to start beside these. */
    private static void awaitEnd(List<Long> pids) throws IOException, InterruptedException {
        Commands.waitUntil(PATIENCE, () -> pids.stream().noneMatch(Commands::isAlive));
    }

    private boolean answers() {
        try {
            DriverManager.getConnection(url()).close();
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    private void end() {
        try {
            if (isAlive()) {
                end(kind.endSignal);
            }
            Commands.deleteFolder(folder);
        } catch (IOException e) {
            System.err.println(kind.product + " " + pid + " in " + folder + " was left behind: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
