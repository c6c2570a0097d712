package dev.pawl.idgen.snowflake;

import dev.pawl.wheel.Timer;
import dev.pawl.wheel.TimerThread;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A lease's thread on a timing wheel of its own: a store that does not answer holds up nobody else. */
final class WheelThread implements LeaseThread {

    private final TimerThread timers = TimerThread.start("pawl-worker-lease");
    private volatile @Nullable Thread thread;
    private volatile boolean ended;

    @Override
    public void repeat(Duration period, Runnable task) {
        Timer unused = timers.schedule(period, () -> {
            try {
                run(task);
            } finally {
                repeat(period, task); // the wheel is closed on this thread only, so that this is not refused
            }
        });
    }

    @Override
    public void soon(Runnable task) {
        requireNotEnded();
        Timer unused = timers.schedule(Duration.ZERO, () -> run(task));
    }

    private void requireNotEnded() {
        if (ended) {
            throw new RejectedExecutionException("a lease's thread must not have ended: ended=true");
        }
    }

    private void run(Runnable task) {
        thread = Thread.currentThread(); // before the flag is read, so that end() interrupts what it comes too late for
        if (!ended) {
            task.run();
        }
    }

    @Override
    public void end(Runnable last, Duration atMost) throws InterruptedException, ExecutionException, TimeoutException {
        requireNotEnded();
        ended = true;
        FutureTask<?> task = new FutureTask<>(last, null);
        Timer unused = timers.schedule(Duration.ZERO, () -> {
            thread = Thread.currentThread();
            task.run();
            timers.close(); // from a task it waits for nobody
        });
        try {
            task.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
        } finally {
            task.cancel(false);
            Thread running = thread;
            if (running != null) {
                running.interrupt();
            }
        }
    }
}
