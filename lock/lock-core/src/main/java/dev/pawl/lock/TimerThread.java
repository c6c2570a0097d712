package dev.pawl.lock;

import dev.pawl.common.DaemonThreads;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Timers on one daemon thread, begun with the first of them. */
final class TimerThread implements Timers, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TimerThread.class);
    private static final Timer NONE = () -> {};

    private final ScheduledExecutorService thread = DaemonThreads.scheduler("pawl-lock-timer");

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        try {
            ScheduledFuture<?> timer = thread.schedule(() -> run(task), delayNanos, TimeUnit.NANOSECONDS);
            return () -> timer.cancel(false);
        } catch (RejectedExecutionException e) {
            // The service is closed: what the task was to look after has been ended by that.
            return NONE;
        }
    }

    private static void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.error("A timer of the lock service failed", e);
        }
    }

    @Override
    public void close() {
        thread.shutdown();
    }
}
