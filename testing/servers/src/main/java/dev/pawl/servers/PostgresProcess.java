package dev.pawl.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A PostgreSQL of this machine's binaries, in a folder of its own, that ends with this JVM. */
final class PostgresProcess {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path binaries;
    private final Path folder;
    private final List<String> settings;
    private final int port = Ports.free();
    private @Nullable Process process;
    private long pid;

    private PostgresProcess(Path binaries, Path folder, List<String> settings) {
        this.binaries = binaries;
        this.folder = folder;
        this.settings = settings;
    }

    /** Makes the data folder; the process ends and the folder goes with the JVM, on SIGTERM too. */
    static PostgresProcess create(List<String> settings) throws IOException, InterruptedException {
        Path binaries = PostgresBinaries.find();
        Path folder = Files.createTempDirectory("pawl-postgres-");
        PostgresProcess made = new PostgresProcess(binaries, folder, settings);
        Runtime.getRuntime().addShutdownHook(new Thread(made::end, "end of PostgreSQL"));
        ServerUser.own(folder);
        Commands.run(ServerUser.command(List.of(
                binaries.resolve("initdb").toString(),
                "--pgdata=" + folder.resolve("data"),
                "--username=postgres",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync")));
        made.start();
        return made;
    }

    String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres";
    }

    long pid() {
        return pid;
    }

    void start() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                binaries.resolve("postgres").toString(),
                "-D",
                folder.resolve("data").toString()));
        for (String setting : List.of(
                "listen_addresses=127.0.0.1",
                "port=" + port,
                "unix_socket_directories=" + folder,
                "fsync=on",
                "synchronous_commit=on",
                "full_page_writes=on")) {
            command.addAll(List.of("-c", setting));
        }
        settings.forEach(setting -> command.addAll(List.of("-c", setting)));
        Path log = folder.resolve("log");
        Process started = new ProcessBuilder(ServerUser.command(command))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        process = started;
        Commands.waitUntil(PATIENCE, () -> {
            if (!started.isAlive()) {
                throw new IOException("PostgreSQL ended at its start: " + Files.readString(log));
            }
            return answers();
        });
        // Not the child's: where the user is changed by a process that stays, the server is that one's child.
        pid = Long.parseLong(Files.readAllLines(folder.resolve("data").resolve("postmaster.pid"))
                .get(0)
                .strip());
    }

    void ensureRunning() throws IOException, InterruptedException {
        if (isAlive()) {
            signalAll("CONT");
        } else {
            start();
        }
    }

    void stop() throws IOException, InterruptedException {
        signalAll("CONT");
        List<Long> pids = pids();
        Commands.signal("INT", List.of(pid));
        awaitEnd(pids);
    }

    void kill() throws IOException, InterruptedException {
        // Once the first one stands still, no new one comes.
        Commands.signal("STOP", List.of(pid));
        List<Long> pids = pids();
        Commands.signal("KILL", pids);
        awaitEnd(pids);
    }

    /** Each connection has a process of its own, which goes on while the first one is stopped or dead. */
    void signalAll(String signal) throws IOException, InterruptedException {
        Commands.signal(signal, pids());
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
                // An immediate shutdown: nothing of a test's data is worth more, but shared memory is cleaned up.
                signalAll("CONT");
                List<Long> pids = pids();
                Commands.signal("QUIT", List.of(pid));
                awaitEnd(pids);
            }
            Commands.deleteFolder(folder);
        } catch (IOException e) {
            System.err.println("PostgreSQL " + pid + " in " + folder + " was left behind: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
