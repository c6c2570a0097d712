package dev.pawl.lock.etcd;

import dev.pawl.common.Ticker;
import dev.pawl.wheel.Timer;
import dev.pawl.wheel.TimerThread;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The time of a session, and timers on a wheel, whose one daemon thread begins with the first of them. */
final class SessionTimers implements AutoCloseable {

    private final Ticker ticker;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable TimerThread thread;
    private boolean closed;

    SessionTimers(Ticker ticker) {
        this.ticker = ticker;
    }

    long nanos() {
        return ticker.nanos();
    }

    /** Nothing comes of it once this is closed. */
    @Nullable
    Timer schedule(long delayNanos, Runnable task) {
        TimerThread started;
        lock.lock();
        try {
            if (closed) {
                return null;
            }
            if (thread == null) {
                thread = TimerThread.start("pawl-lock-etcd-timer");
            }
            started = thread;
        } finally {
            lock.unlock();
        }
        try {
            return started.schedule(Math.max(0, delayNanos), task);
        } catch (RejectedExecutionException e) {
            return null;
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
