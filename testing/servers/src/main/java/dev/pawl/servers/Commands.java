package dev.pawl.servers;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Short commands, signals, and waits that end. */
public final class Commands {

    private static final int PATIENCE_SECONDS = 60;
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    /** A condition that may need I/O to be known. */
    @FunctionalInterface
    public interface Condition {
        /**
         * Looks at the condition.
         *
         * @return whether it holds
         * @throws IOException if it never will
         */
        boolean holds() throws IOException;
    }

    private Commands() {}

    /**
     * Runs a command to its end.
     *
     * @param command the program and its arguments
     * @return what it wrote to both its outputs
     * @throws IOException if it does not start, fails, or takes longer than a minute
     * @throws InterruptedException if the thread was interrupted meanwhile
     */
    public static String run(List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("pawl-command-", ".out");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException(command + " did not end");
            }
            if (process.exitValue() != 0) {
                throw new IOException(command + " failed: " + Files.readString(output));
            }
            return Files.readString(output);
        } finally {
            Files.delete(output);
        }
    }

    /**
     * Sends a signal. Processes that have ended meanwhile are left out.
     *
     * @param signal its name without SIG: {@code STOP}, {@code CONT}, {@code KILL}
     * @param pids the processes
     * @throws IOException if a process that lives does not take the signal
     * @throws InterruptedException if the thread was interrupted meanwhile
     */
    public static void signal(String signal, List<Long> pids) throws IOException, InterruptedException {
        for (long pid : pids) {
            if (pid <= 1) {
                throw new IllegalArgumentException("pid must be > 1: pid=" + pid);
            }
        }
        List<String> command = new ArrayList<>(List.of("kill", "-" + signal));
        pids.forEach(pid -> command.add(Long.toString(pid)));
        try {
            run(command);
        } catch (IOException e) {
            // The command tries them all; one that has ended meanwhile is no failure.
            if (pids.stream().allMatch(Commands::isAlive)) {
                throw e;
            }
        }
    }

    /**
     * Tells whether a process runs. One that has ended and that nobody has asked about yet (a zombie) does not.
     *
     * @param pid the process
     * @return whether it runs
     */
    public static boolean isAlive(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
        } catch (IOException e) {
            // Gone, or a system without /proc.
            return !Files.isDirectory(Path.of("/proc", "self"))
                    && ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
        }
    }

    /**
     * Tells whether a program is on the path.
     *
     * @param program its name
     * @return whether it can be run
     */
    public static boolean isInstalled(String program) {
        return path().anyMatch(folder -> Files.isExecutable(folder.resolve(program)));
    }

    /** Finds a program on the path, or where Debian puts servers, which is on the path of root only. */
    static Optional<Path> find(String program) {
        return Stream.concat(path(), Stream.of(Path.of("/usr/sbin")))
                .map(folder -> folder.resolve(program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** The folders of the path. */
    static Stream<Path> path() {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Arrays.stream(path.split(File.pathSeparator))
                .filter(entry -> !entry.isEmpty())
                .map(Path::of);
    }

    /**
     * Waits until a condition holds, looking every 5 ms.
     *
     * @param patience how long at most
     * @param condition what is waited for
     * @throws IOException if the time is over, or the condition says that it never will hold
     * @throws InterruptedException if the thread was interrupted meanwhile
     */
    public static void waitUntil(Duration patience, Condition condition) throws IOException, InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() - end > 0) {
                throw new IOException("the condition did not hold within " + patience);
            }
            TimeUnit.NANOSECONDS.sleep(POLL_NANOS);
        }
    }

    static void deleteFolder(Path folder) throws IOException {
        List<Path> paths = new ArrayList<>();
        try (Stream<Path> walk = Files.walk(folder)) {
            walk.forEach(paths::add);
        }
        paths.sort(Comparator.reverseOrder());
        for (Path path : paths) {
            Files.deleteIfExists(path);
        }
    }
}
