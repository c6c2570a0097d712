package dev.pawl.lock;

import dev.pawl.wheel.LazyTimerThread;
import java.util.concurrent.RejectedExecutionException;

/** Timers on a wheel. Once it is closed nothing comes of them: what they were to look after has ended with it. */
final class WheelTimers implements Timers, AutoCloseable {

    private static final Timer NONE = () -> {};

    private final LazyTimerThread thread = new LazyTimerThread("pawl-lock-timer");

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        try {
            return thread.schedule(delayNanos, task)::cancel;
        } catch (RejectedExecutionException e) {
            return NONE;
        }
    }

    @Override
    public void close() {
        thread.close();
    }
}
