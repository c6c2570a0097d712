package dev.pawl.idgen.store;

import dev.pawl.common.Deadline;
import dev.pawl.common.Ticker;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Locks among the processes of one host, by lock files of their own. Each is opened once per JVM and never closed: a POSIX
 * lock belongs to the process, and closing any of its descriptors of a file drops all its locks on it. For the same reason
 * nobody else may open these files. Threads of one JVM exclude each other by a lock in memory.
 */
final class FileLocks {

    /** For the whole JVM, since that is whom the locks belong to. One small entry for each directory ever used. */
    private static final Map<Path, FileLocks> BY_FILE = new ConcurrentHashMap<>();

    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Path file;
    private final ReentrantLock inProcess = new ReentrantLock();
    private FileChannel channel;

    @SuppressWarnings("NullAway.Init") // the channel is opened under the lock by the first run
    private FileLocks(Path file) {
        this.file = file;
    }

    /** An action that may fail on the disk. */
    @FunctionalInterface
    interface Action<T> {
        T run() throws IOException;
    }

    static FileLocks of(Path lockFile) throws IOException {
        Path directory =
                Objects.requireNonNull(lockFile.toAbsolutePath().getParent()).toRealPath();
        return BY_FILE.computeIfAbsent(directory.resolve(lockFile.getFileName()), FileLocks::new);
    }

    /** Others hold the lock for the time of a disk access; one that is paused meanwhile must not hold up the rest for ever. */
    private FileLock lockInTime() throws IOException {
        Deadline deadline = Deadline.after(PATIENCE, Ticker.system());
        FileLock lock = channel.tryLock();
        while (lock == null) {
            if (deadline.expired() || Thread.currentThread().isInterrupted()) {
                throw new IOException(
                        "the lock of the directory must be free in time: file=" + file + ", waited=" + PATIENCE);
            }
            LockSupport.parkNanos(this, 1_000_000);
            lock = channel.tryLock();
        }
        return lock;
    }

    /** Runs the action while no other thread or process runs one under the same file. */
    <T> T exclusively(Action<T> action) throws IOException {
        inProcess.lock();
        try {
            if (channel == null || !channel.isOpen()) { // an interrupt closes the channel of the thread it meets
                channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            }
            FileLock lock = lockInTime();
            try {
                return action.run();
            } finally {
                lock.release();
            }
        } finally {
            inProcess.unlock();
        }
    }
}
