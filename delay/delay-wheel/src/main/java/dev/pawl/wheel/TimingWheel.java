package dev.pawl.wheel;

import java.time.Duration;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * A hierarchical timing wheel that its caller drives, with time as an argument: nothing happens but in {@link #advance}.
 * Scheduling, cancelling and rescheduling cost the same however many timers are pending.
 *
 * <p>Time is a number of nanoseconds that begins at zero when the wheel is made, by whatever clock the caller reads, so
 * that no clock's wrap-around can be met: over {@link System#nanoTime()} pass {@code System.nanoTime() - start}. A
 * deadline that has passed, also a negative one, is due at the next {@code advance}; {@code Long.MAX_VALUE} is never
 * reached.
 *
 * <p>A timer is never early: its deadline is rounded up to a whole tick, so that {@code advance} at or after the deadline
 * fires it, and a tick later at most. Timers of one tick fire in no order.
 *
 * <p>Not thread-safe, and neither are its timers. Tasks run inside {@code advance}; they may schedule, cancel and
 * reschedule, but not call {@code advance}. {@link TimerThread} is the same for many threads, with a thread that drives it.
 *
 * <p>Source: scheme 7 of Varghese and Lauck, "Hashed and hierarchical timing wheels", 1997.
 */
public final class TimingWheel extends TimerOwner {

    /** One millisecond. */
    public static final Duration DEFAULT_TICK = Duration.ofMillis(1);

    private final Ticks ticks;
    private final Buckets buckets = new Buckets();
    private boolean advancing;

    /** Makes a wheel with ticks of one millisecond. */
    public TimingWheel() {
        this(DEFAULT_TICK);
    }

    /**
     * Makes a wheel.
     *
     * @param tick how exact timers are, from a microsecond to an hour
     * @throws IllegalArgumentException if the tick is shorter or longer
     */
    public TimingWheel(Duration tick) {
        this.ticks = Ticks.of(tick);
    }

    /**
     * Schedules a task.
     *
     * @param deadlineNanos when, in nanoseconds since the wheel was made
     * @param task what to run, once
     * @return the timer, pending
     */
    public Timer schedule(long deadlineNanos, Runnable task) {
        long tick = ticks.ceil(deadlineNanos);
        Timer timer = new Timer(this, tick, task);
        buckets.place(timer, tick);
        return timer;
    }

    /**
     * Moves a pending timer's deadline, forward or back. In a task, its own timer is no longer pending: schedule another.
     *
     * @param timer a timer of this wheel
     * @param deadlineNanos the new deadline, in nanoseconds since the wheel was made
     * @return true if the timer was pending and now has that deadline; false if it had fired or was cancelled
     * @throws IllegalArgumentException if the timer is another wheel's
     */
    public boolean reschedule(Timer timer, long deadlineNanos) {
        requireOwn(timer);
        long state = timer.state();
        if (!Timer.isPending(state)) {
            return false;
        }
        timer.replace(state, ticks.ceil(deadlineNanos));
        buckets.settle(timer, timer.state());
        return true;
    }

    /**
     * Runs what is due. The work of one call is bounded by the limit, apart from the buckets that are cascaded: in 64 parts while time
     * passes, but whole after a leap of time, where a million timers in one bucket take some milliseconds.
     *
     * <p>What a task throws is thrown from here. The wheel stays whole, that timer has fired, and the others that are due
     * are run by the next call.
     *
     * @param nowNanos the present time, in nanoseconds since the wheel was made; one before that of an earlier call counts
     *     as that one
     * @param limit how many tasks to run at most, one or more
     * @return how many tasks were run; less than the limit if nothing more was due
     * @throws IllegalArgumentException if the limit is less than one
     * @throws IllegalStateException if called from a task of this wheel
     */
    public int advance(long nowNanos, int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be >= 1: limit=" + limit);
        }
        if (advancing) {
            throw new IllegalStateException("advance must not be called from a task: nowNanos=" + nowNanos);
        }
        advancing = true;
        try {
            long target = Math.max(buckets.nowTick(), ticks.floor(nowNanos));
            int ran = 0;
            while (ran < limit) {
                Timer timer = buckets.poll(target);
                if (timer == null) {
                    break;
                }
                ran++;
                Objects.requireNonNull(timer.fire(target)).run();
            }
            return ran;
        } finally {
            advancing = false;
        }
    }

    /**
     * Returns when {@link #advance} has something to do: a time at or before the deadline, rounded up to a tick, of every
     * pending timer. It may only be to cascade a bucket, so that a timer far ahead costs at most one call for each of the
     * nine levels.
     *
     * @return nanoseconds since the wheel was made, or nothing if no timer is pending
     */
    public OptionalLong nextDeadline() {
        long next = buckets.nextTick();
        return next == Ticks.NEVER ? OptionalLong.empty() : OptionalLong.of(ticks.nanosOf(next));
    }

    /**
     * Returns how many timers are pending.
     *
     * @return their number
     */
    public int size() {
        return buckets.size();
    }

    /** How many references its arrays have room for, for tests. */
    int capacity() {
        return buckets.capacity();
    }

    @Override
    boolean cancel(Timer timer) {
        if (!Timer.isPending(timer.cancel(0))) {
            return false;
        }
        buckets.remove(timer);
        return true;
    }
}
