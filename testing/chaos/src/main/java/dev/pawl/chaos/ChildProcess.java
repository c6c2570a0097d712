package dev.pawl.chaos;

import dev.pawl.servers.Commands;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A process that tests kill, stop and pause. It ends with {@link #close()}, and with this JVM if that ends earlier, be it
 * by a signal. Thread-safe.
 */
public final class ChildProcess implements AutoCloseable {

    /** The exit code of a process that SIGKILL ended. */
    public static final int KILLED = 128 + 9;

    private static final Set<ChildProcess> RUNNING = ConcurrentHashMap.newKeySet();

    /** Held while a process is started, so that the end of this JVM misses none. */
    private static final Lock STARTING = new ReentrantLock();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(ChildProcess::endAll, "end of children"));
    }

    private final Process process;
    private final Path log;

    private ChildProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /**
     * Starts a process.
     *
     * @param command the program and its arguments
     * @param environment variables beside those of this process
     * @param folder where it runs
     * @param log the file that takes both its outputs
     * @return the process
     * @throws UncheckedIOException if it cannot be started
     */
    public static ChildProcess start(List<String> command, Map<String, String> environment, Path folder, Path log) {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        STARTING.lock();
        try {
            ChildProcess child = new ChildProcess(builder.start(), log);
            RUNNING.add(child);
            return child;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            STARTING.unlock();
        }
    }

    /** The lock is kept: nothing is started any more. */
    private static void endAll() {
        STARTING.lock();
        RUNNING.forEach(ChildProcess::close);
    }

    /**
     * Tells the process id.
     *
     * @return the id
     */
    public long pid() {
        return process.pid();
    }

    /**
     * Tells whether the process runs, paused or not.
     *
     * @return whether it runs
     */
    public boolean isAlive() {
        return process.isAlive();
    }

    /**
     * Sends SIGKILL and waits for the end.
     *
     * @throws AssertionError if the process had ended before, or ended otherwise
     */
    public void kill() {
        process.destroyForcibly();
        int code = exitCode(Await.PATIENCE);
        if (code != KILLED) {
            throw new AssertionError("a killed process must end by the signal: pid=" + pid() + ", exitCode=" + code
                    + System.lineSeparator() + log());
        }
    }

    /**
     * Sends SIGTERM and waits for the end.
     *
     * @param patience how long at most
     * @return the exit code
     * @throws AssertionError if the process does not end in time
     */
    public int terminate(Duration patience) {
        process.destroy();
        return exitCode(patience);
    }

    /** Sends SIGSTOP; on return the process runs no more instructions, while its connections stay open. */
    public void pause() {
        signal("STOP");
        Await.until("process " + pid() + " stands still", Await.PATIENCE, () -> state() == 'T');
    }

    /** Sends SIGCONT, after which the process goes on as if nothing had been. */
    public void resume() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            Commands.signal(name, List.of(pid()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while SIG" + name + " was sent to " + pid(), e);
        }
    }

    private char state() {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid()), "stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Waits for an end that nobody asked for.
     *
     * @param patience how long at most
     * @return the exit code
     * @throws AssertionError if the process does not end in time
     */
    public int exitCode(Duration patience) {
        try {
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError(
                        "process " + pid() + " did not end within " + patience + ":" + System.lineSeparator() + log());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while process " + pid() + " was to end", e);
        }
        RUNNING.remove(this);
        return process.exitValue();
    }

    /**
     * Reads what the process wrote so far.
     *
     * @return both its outputs
     */
    public String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends the process by SIGKILL, paused or not, if it still runs. */
    @Override
    public void close() {
        if (process.isAlive()) {
            process.destroyForcibly();
        }
        exitCode(Await.PATIENCE);
    }
}
