package dev.pawl.wheel;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Timers for any thread, run on one daemon thread of their own. Meant for many short tasks, most of which are cancelled or
 * put off before they are due: renewals, time limits, leases. Scheduling, cancelling and rescheduling cost the same however
 * many timers are pending, and take no lock that a task could hold.
 *
 * <p>A timer is never early by the clock it was given, {@link System#nanoTime()} unless told otherwise: its deadline is
 * rounded up to a whole tick. It is late by a tick, by what the operating system takes to wake a thread, and by the tasks
 * before it: all run one after the other, so that one that blocks holds up the rest. Hand long work to an executor.
 *
 * <p>The thread sleeps until the next deadline; with nothing pending it is not woken at all, and for a timer far ahead at
 * most once for each of the wheel's nine levels.
 *
 * <p>What a task throws goes to the handler given at the start, and the thread goes on. A timer has fired when its task
 * begins: in a task, {@code cancel} and {@code reschedule} of its own timer return false; to repeat, schedule again. A task
 * may use all methods, of all timers.
 *
 * <p>All methods may be called by any thread, virtual ones included; none waits for a task but {@link #close}. The thread
 * lives until {@code close}.
 */
public final class TimerThread implements AutoCloseable {

    /** Tasks run between two looks at the clock, at the inbox and at the flag of {@link #close}. */
    private static final int BATCH = 1_024;

    private static final System.Logger LOG = System.getLogger(TimerThread.class.getName());

    private final Thread.UncaughtExceptionHandler onError;
    private final SharedWheel wheel;
    private final Thread thread;
    private final AtomicLong wakeUps = new AtomicLong();

    private TimerThread(String name, Duration tick, LongSupplier nanoTime, Thread.UncaughtExceptionHandler onError) {
        this.onError = Objects.requireNonNull(onError, "onError");
        this.thread = Machine.daemon(this::drive, name);
        this.wheel = new SharedWheel(
                Ticks.of(tick),
                nanoTime,
                4 * Runtime.getRuntime().availableProcessors(),
                SharedWheel.DEEP,
                () -> LockSupport.unpark(thread));
    }

    /**
     * Starts a thread with ticks of one millisecond, over {@link System#nanoTime()}. What a task throws is logged as a
     * warning by {@link System.Logger}, under the name of this class.
     *
     * @param name the thread's name
     * @return timers that run until they are closed
     */
    public static TimerThread start(String name) {
        return start(name, TimingWheel.DEFAULT_TICK, Machine::nanoTime, TimerThread::log);
    }

    /**
     * Starts a thread.
     *
     * @param name the thread's name
     * @param tick how exact timers are, from a microsecond to an hour
     * @param nanoTime a monotonic clock in nanoseconds; only differences count, so that it may wrap around. It must run as
     *     fast as real time does, since that is what the thread sleeps by
     * @param onError what gets what a task throws, on this thread
     * @return timers that run until they are closed
     * @throws IllegalArgumentException if the tick is shorter or longer
     */
    public static TimerThread start(
            String name, Duration tick, LongSupplier nanoTime, Thread.UncaughtExceptionHandler onError) {
        TimerThread timers = new TimerThread(name, tick, nanoTime, onError);
        timers.thread.start();
        return timers;
    }

    /**
     * Schedules a task.
     *
     * @param delay how long from now; zero or less is at once, and what is longer than 292 years is 292 years
     * @param task what to run, once, on this thread
     * @return the timer
     * @throws java.util.concurrent.RejectedExecutionException if closed
     */
    public Timer schedule(Duration delay, Runnable task) {
        return schedule(nanosOf(delay), task);
    }

    /**
     * Schedules a task: the same without a {@link Duration}.
     *
     * @param delayNanos how many nanoseconds from now; zero or less is at once
     * @param task what to run, once, on this thread
     * @return the timer
     * @throws java.util.concurrent.RejectedExecutionException if closed
     */
    public Timer schedule(long delayNanos, Runnable task) {
        return wheel.schedule(delayNanos, task);
    }

    /**
     * Puts a pending timer's deadline to another time, later or earlier. If this returns true, the task runs once, not
     * before the new deadline; when a task and a new deadline race, one of them wins.
     *
     * @param timer a timer of this thread
     * @param delay how long from now; zero or less is at once
     * @return true if the timer was pending; false if it had fired or was cancelled
     * @throws IllegalArgumentException if the timer is another's
     */
    public boolean reschedule(Timer timer, Duration delay) {
        return wheel.reschedule(timer, nanosOf(delay));
    }

    /**
     * Ends the thread. No task begins after this has returned, and every timer that is still pending is cancelled. Waits for
     * the task that is running, unless called from it; an interrupt ends the wait, with the interrupt flag set, and the
     * thread then ends after that task. A second call waits as well and does nothing else.
     */
    @Override
    public void close() {
        wheel.close();
        LockSupport.unpark(thread);
        if (Thread.currentThread().equals(thread)) {
            return;
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static long nanosOf(Duration delay) {
        if (delay.isNegative()) {
            return 0;
        }
        return delay.compareTo(Duration.ofNanos(Long.MAX_VALUE)) >= 0 ? Long.MAX_VALUE : delay.toNanos();
    }

    private void drive() {
        @Nullable Timer[] batch = new Timer[BATCH];
        while (!wheel.isClosed()) {
            if (wheel.turn(batch, this::run) < BATCH) {
                sleep();
            }
        }
        wheel.cancelAll();
    }

    private void sleep() {
        long nanos = wheel.rest();
        if (nanos > 0 && !wheel.isClosed()) {
            if (nanos == Ticks.NEVER) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, nanos);
            }
            wakeUps.incrementAndGet();
        }
        wheel.awake();
        // A flag that a task has left behind would end every sleep at once.
        Thread.interrupted();
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable thrown) {
            handle(thrown);
        }
    }

    private void handle(Throwable thrown) {
        try {
            onError.uncaughtException(thread, thrown);
        } catch (Throwable byHandler) {
            byHandler.addSuppressed(thrown);
            log(thread, byHandler);
        }
    }

    private static void log(Thread thread, Throwable thrown) {
        LOG.log(Level.WARNING, "A timer's task failed: thread=" + thread.getName(), thrown);
    }

    /** How often the thread was woken, for tests. */
    long wakeUps() {
        return wakeUps.get();
    }

    /** Whether somebody has begun to close it, for tests. */
    boolean isClosed() {
        return wheel.isClosed();
    }

    /** Whether the thread sleeps, or is about to, for tests. */
    boolean isResting() {
        return wheel.isResting();
    }

    /** How many timers are on their way to the buckets, for tests. */
    int waiting() {
        return wheel.waiting();
    }
}
