package dev.pawl.wheel;

import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/*
 * The buckets belong to whoever holds the lock; everybody else changes a timer's state and pushes it to the inbox, where it
 * waits until the driver's next turn. A timer cancelled while it waits costs no more than that. So that a flood of such does
 * not fill the heap, a thread whose stack has become deep drains it itself, if the lock is free, and waits for the lock once
 * its stack is as deep as can be counted. No task runs under the lock.
 *
 * The driver rests until wakeAt, and a thread that pushes something due earlier wakes it. None is missed: the driver writes
 * wakeAt first and drains then, a thread pushes first and reads wakeAt then, so one of the two sees the other.
 * What it was woken for it looks at when it is due, even if it was cancelled meanwhile: or else every timer of a flood of
 * schedule-and-cancel would wake it again.
 */

/** A wheel for many threads, without its thread: one driver calls {@link #turn} and {@link #rest}. */
final class SharedWheel extends TimerOwner {

    /** A good depth for a stack to be drained at: what was cancelled meanwhile is still in the cache. */
    static final int DEEP = 1_024;

    /** While the driver is not resting nobody needs to wake it. */
    private static final long AWAKE = Long.MIN_VALUE;

    private final Ticks ticks;
    private final LongSupplier nanoTime;
    private final long originNanos;
    private final Inbox inbox;
    private final int deepMask;
    private final Runnable wakeUp;
    private final ReentrantLock lock = new ReentrantLock();
    private final Buckets buckets = new Buckets();
    private final AtomicLong wakeAt = new AtomicLong(AWAKE);
    private volatile boolean closed;

    /** What the driver was last woken for. Only the driver's. */
    private long wokenFor = AWAKE;

    /**
     * Makes a wheel whose time begins now.
     *
     * @param nanoTime a monotonic clock, which may wrap around
     * @param threads about how many push at once
     * @param deep at every multiple of this depth, a power of two, a stack is drained by the thread that pushes
     * @param wakeUp ends the driver's rest
     */
    SharedWheel(Ticks ticks, LongSupplier nanoTime, int threads, int deep, Runnable wakeUp) {
        this.ticks = ticks;
        this.nanoTime = nanoTime;
        this.originNanos = nanoTime.getAsLong();
        this.inbox = new Inbox(threads);
        this.deepMask = deep - 1;
        this.wakeUp = wakeUp;
    }

    Timer schedule(long delayNanos, Runnable task) {
        long tick = tickIn(delayNanos);
        Timer timer = new Timer(this, tick | Timer.QUEUED, task);
        push(timer);
        // Read behind the push: whoever closes drains behind the write. It may have run, though, and closed itself.
        if (closed && (timer.cancel(Timer.QUEUED) & Timer.FIRED) == 0) {
            throw new RejectedExecutionException("timers must be open: closed=true");
        }
        return timer;
    }

    boolean reschedule(Timer timer, long delayNanos) {
        requireOwn(timer);
        long tick = tickIn(delayNanos);
        long seen;
        do {
            seen = timer.state();
            if (!Timer.isPending(seen)) {
                return false;
            }
        } while (!timer.replace(seen, tick | Timer.QUEUED));
        if ((seen & Timer.QUEUED) == 0) {
            push(timer);
        } else {
            wakeFor(tick);
        }
        return true;
    }

    @Override
    boolean cancel(Timer timer) {
        long seen = timer.cancel(Timer.QUEUED);
        if (!Timer.isPending(seen)) {
            return false;
        }
        if ((seen & Timer.QUEUED) == 0) {
            push(timer);
        }
        return true;
    }

    private long elapsed() {
        return nanoTime.getAsLong() - originNanos;
    }

    private long tickIn(long delayNanos) {
        long now = elapsed();
        if (delayNanos <= 0) {
            return ticks.floor(now);
        }
        long deadline = now + delayNanos;
        return ticks.ceil(deadline < now ? Long.MAX_VALUE : deadline);
    }

    private void push(Timer timer) {
        int depth = inbox.push(timer);
        if ((depth & deepMask) == 0 || depth == Inbox.DEEPEST) {
            drainOwn(depth == Inbox.DEEPEST);
        }
        // Another thread may have changed the deadline before the push, and woken a driver that could not find it yet.
        long state = timer.state();
        if (Timer.isPending(state)) {
            wakeFor(Timer.tickOf(state));
        }
    }

    private void drainOwn(boolean mustWait) {
        if (mustWait) {
            lock.lock();
        } else if (!lock.tryLock()) {
            return;
        }
        try {
            inbox.drainOwn(buckets);
        } finally {
            lock.unlock();
        }
    }

    private void wakeFor(long tick) {
        if (lowerWakeAt(tick)) {
            wakeUp.run();
        }
    }

    private boolean lowerWakeAt(long tick) {
        long at = wakeAt.get();
        while (tick < at) {
            if (wakeAt.compareAndSet(at, tick)) {
                return true;
            }
            at = wakeAt.get();
        }
        return false;
    }

    /**
     * Runs what is due, at most as many as the batch has room for. For the driver only.
     *
     * @return how many were taken from the buckets; less than the batch has room for if nothing more is due
     */
    int turn(@Nullable Timer[] batch, Consumer<Runnable> runner) {
        long target = ticks.floor(elapsed());
        int count = takeDue(target, batch);
        for (int i = 0; i < count; i++) {
            Timer timer = Objects.requireNonNull(batch[i]);
            batch[i] = null;
            if (closed) {
                timer.cancel(0);
                continue;
            }
            Runnable task = timer.fire(target);
            if (task != null) {
                runner.accept(task);
            }
        }
        return count;
    }

    private int takeDue(long target, @Nullable Timer[] batch) {
        lock.lock();
        try {
            inbox.drainAll(buckets);
            int count = 0;
            while (count < batch.length) {
                Timer timer = buckets.poll(target);
                if (timer == null) {
                    break;
                }
                batch[count++] = timer;
            }
            return count;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Says how long there is nothing to do; from here on until {@link #awake} the driver is woken for what is due earlier.
     * For the driver only.
     *
     * @return nanoseconds, zero or less if there is something to do, NEVER if nothing is pending
     */
    long rest() {
        long next;
        lock.lock();
        try {
            long known = buckets.nextTick();
            wakeAt.set(wokenFor > buckets.nowTick() ? Math.min(known, wokenFor) : known);
            inbox.drainAll(buckets);
            lowerWakeAt(buckets.nextTick());
            next = wakeAt.get();
        } finally {
            lock.unlock();
        }
        long deadline = ticks.nanosOf(next);
        return deadline == Ticks.NEVER ? deadline : deadline - elapsed();
    }

    /** The driver no longer rests. */
    void awake() {
        wokenFor = wakeAt.getAndSet(AWAKE);
    }

    /** No task begins after the one that runs now. */
    void close() {
        closed = true;
    }

    boolean isClosed() {
        return closed;
    }

    /** Cancels everything that is pending, after {@link #close}. For the driver only. */
    void cancelAll() {
        lock.lock();
        try {
            inbox.drainAll(buckets);
            for (Timer timer = buckets.pollAny(); timer != null; timer = buckets.pollAny()) {
                timer.cancel(0);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether the driver rests and nobody has woken it, for tests. */
    boolean isResting() {
        return wakeAt.get() != AWAKE;
    }

    /** How many timers wait in the inbox, for tests. */
    int waiting() {
        return inbox.size();
    }

    /** How many timers stand in buckets, for tests. */
    int placed() {
        lock.lock();
        try {
            return buckets.size();
        } finally {
            lock.unlock();
        }
    }
}
