package dev.pawl.wheel;

import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A {@link TimerThread} that starts with the first timer: whoever schedules nothing has no thread. For libraries that may need timers.
 *
 * <p>All methods may be called by any thread, virtual ones included.
 */
public final class LazyTimerThread implements AutoCloseable {

    private final String name;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable TimerThread thread;
    private boolean closed;

    /**
     * Makes timers with ticks of one millisecond, over {@link System#nanoTime()}. Starts nothing.
     *
     * @param name the thread's name
     */
    public LazyTimerThread(String name) {
        this.name = Objects.requireNonNull(name, "name");
    }

    /**
     * Schedules a task, as {@link TimerThread#schedule(long, Runnable)} does.
     *
     * @param delayNanos how many nanoseconds from now; zero or less is at once
     * @param task what to run, once, on the timers' thread
     * @return the timer
     * @throws RejectedExecutionException if closed
     */
    public Timer schedule(long delayNanos, Runnable task) {
        TimerThread started = thread;
        return (started == null ? start() : started).schedule(delayNanos, task);
    }

    private TimerThread start() {
        lock.lock();
        try {
            if (closed) {
                throw new RejectedExecutionException("timers must not be closed: thread=" + name);
            }
            TimerThread started = thread;
            if (started == null) {
                started = TimerThread.start(name);
                thread = started;
            }
            return started;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the thread, if there is one, as {@link TimerThread#close} does. None starts afterwards. */
    @Override
    public void close() {
        TimerThread started;
        lock.lock();
        try {
            closed = true;
            started = thread;
        } finally {
            lock.unlock();
        }
        if (started != null) {
            started.close();
        }
    }
}
