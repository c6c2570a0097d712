package dev.pawl.delay;

import dev.pawl.wheel.TimerThread;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Timers on a wheel, whose one daemon thread begins with the first of them. */
final class WheelTimers implements Timers, AutoCloseable {

    private static final Timer NONE = () -> {};

    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable TimerThread thread;
    private boolean closed;

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        TimerThread started = thread;
        if (started == null) {
            started = start();
        }
        try {
            return started == null ? NONE : started.schedule(delayNanos, task)::cancel;
        } catch (RejectedExecutionException e) {
            // The service is closed: what the task was to look after has ended with it.
            return NONE;
        }
    }

    private @Nullable TimerThread start() {
        lock.lock();
        try {
            if (thread == null && !closed) {
                thread = TimerThread.start("pawl-delay-timer");
            }
            return thread;
        } finally {
            lock.unlock();
        }
    }

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
