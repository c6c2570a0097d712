package dev.pawl.wheel;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/*
 * 40 bytes, compressed references provided. The state is one word, so that the one who expires a timer, the one who
 * cancels it and the one who moves its deadline decide between them by a single compare-and-set:
 *
 *   bit 63     cancelled
 *   bit 62     fired
 *   bit 61     queued: the inbox holds it, so that nobody puts it there again
 *   bit 60..0  the tick on which it is due
 */

/**
 * A task that is to run once at a deadline: the handle that {@link TimerThread} and {@link TimingWheel} give for it. It is
 * pending until it has fired, which is when its task begins, or was cancelled; after that it stays what it is.
 *
 * <p>As thread-safe as what it came from: timers of a {@link TimerThread} may be used by any thread, those of a {@link
 * TimingWheel} by the one that drives it. No call blocks for a task.
 */
public final class Timer {

    static final long CANCELLED = 1L << 63;
    static final long FIRED = 1L << 62;
    static final long QUEUED = 1L << 61;

    /** The position of a timer that is in no bucket. */
    static final int NOWHERE = -1;

    private static final long TICK = QUEUED - 1;
    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(Timer.class, "state", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final TimerOwner owner;
    private volatile long state;
    private @Nullable Runnable task;

    /** The one below it in the inbox; belongs to whoever set the queued bit, and then to the one who drains. */
    @Nullable
    Timer next;

    /** How many the inbox's stripe holds up to this one; belongs to whoever set the queued bit. */
    char depth;

    /** Where it stands; belongs to whoever may change the buckets. */
    short bucket;

    int position = NOWHERE;

    Timer(TimerOwner owner, long state, Runnable task) {
        this.owner = owner;
        // No fence of its own: nobody has it before it is pushed or placed, and a push is a compare-and-set.
        STATE.set(this, state);
        this.task = Objects.requireNonNull(task, "task");
    }

    /**
     * Cancels the timer. If this returns true, the task has not begun and never will, and the timer keeps it no longer;
     * when a task and a cancellation race, one of them wins. May be called from any task, also from its own, where it
     * returns false.
     *
     * @return true if the timer was pending; false if it had fired or was cancelled before
     */
    public boolean cancel() {
        return owner.cancel(this);
    }

    /**
     * Tells whether the timer is still to fire.
     *
     * @return false once its task has begun, and once it was cancelled
     */
    public boolean isPending() {
        return isPending(state());
    }

    @Override
    public String toString() {
        long seen = state();
        String is = isPending(seen) ? "pending" : seen < 0 ? "cancelled" : "fired";
        return "Timer[" + is + ", tick=" + tickOf(seen) + "]";
    }

    static boolean isPending(long state) {
        return state >>> 62 == 0;
    }

    static long tickOf(long state) {
        return state & TICK;
    }

    long state() {
        return state;
    }

    boolean replace(long expected, long next) {
        return STATE.compareAndSet(this, expected, next);
    }

    /** Fires if it is pending and due, and hands over the task. */
    @Nullable
    Runnable fire(long nowTick) {
        long seen;
        do {
            seen = state();
            if (!isPending(seen) || tickOf(seen) > nowTick) {
                return null;
            }
        } while (!replace(seen, seen | FIRED));
        Runnable due = task;
        task = null;
        return due;
    }

    /** Cancels if it is pending, with more bits to set; gives the state before. */
    long cancel(long bits) {
        long seen;
        do {
            seen = state();
            if (!isPending(seen)) {
                return seen;
            }
        } while (!replace(seen, seen | CANCELLED | bits));
        task = null;
        return seen;
    }
}
