package dev.pawl.lock.etcd;

import dev.pawl.common.Ticker;
import dev.pawl.wheel.LazyTimerThread;
import dev.pawl.wheel.Timer;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** The time of a session, and timers on a wheel. */
final class SessionTimers implements AutoCloseable {

    private final Ticker ticker;
    private final LazyTimerThread thread = new LazyTimerThread("pawl-lock-etcd-timer");

    SessionTimers(Ticker ticker) {
        this.ticker = ticker;
    }

    long nanos() {
        return ticker.nanos();
    }

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
