package dev.pawl.lock.etcd;

import dev.pawl.wheel.LazyTimerThread;
import dev.pawl.wheel.Timer;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** Timers on a wheel. */
final class SessionTimers implements AutoCloseable {

    private final LazyTimerThread thread = new LazyTimerThread("pawl-lock-etcd-timer");

    /** Nothing comes of it once this is closed. */
    @Nullable
    Timer schedule(long delayNanos, Runnable task) {
        try {
            return thread.schedule(delayNanos, task);
        } catch (RejectedExecutionException e) {
            return null;
        }
    }

    @Override
    public void close() {
        thread.close();
    }
}
