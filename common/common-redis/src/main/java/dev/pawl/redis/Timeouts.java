package dev.pawl.redis;

import dev.pawl.common.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;

/**
 * Ends in time what a port has asked, for ports that are made on a client. There is one timer for all requests, not one for each: it
 * is set to the end of the oldest one, and nearly always finds that one answered. Thread-safe; never blocks.
 */
public final class Timeouts {

    /** A request whose time is limited. Has the equality of objects. */
    @FunctionalInterface
    public interface Request {

        /** Its time is over. Called on the timer's thread; must not throw. */
        void timedOut();
    }

    private final long timeoutNanos;
    private final Ticker ticker;
    private final BiConsumer<Runnable, Duration> timer;
    private final Map<Request, Long> ends = new ConcurrentHashMap<>();
    private final AtomicBoolean set = new AtomicBoolean();

    /**
     * Makes it, without a request.
     *
     * @param timeout how much time each request has, on the monotonic clock
     * @param timer runs a task once after a delay, not before; may be late, and requests end as much later
     */
    public Timeouts(Duration timeout, BiConsumer<Runnable, Duration> timer) {
        this(timeout, timer, Ticker.system());
    }

    Timeouts(Duration timeout, BiConsumer<Runnable, Duration> timer, Ticker ticker) {
        this.timeoutNanos = timeout.toNanos();
        this.timer = Objects.requireNonNull(timer, "timer");
        this.ticker = ticker;
    }

    /**
     * Lets the time of a request begin.
     *
     * @param request what is ended when its time is over, unless {@link #end} comes before
     * @throws RuntimeException what the timer throws; the request is not limited then
     */
    public void begin(Request request) {
        ends.put(request, ticker.nanos() + timeoutNanos);
        try {
            set();
        } catch (RuntimeException e) {
            ends.remove(request);
            throw e;
        }
    }

    /**
     * Tells that a request has an answer.
     *
     * @param request what had begun; once more does nothing
     */
    public void end(Request request) {
        ends.remove(request);
    }

    /**
     * Returns what has begun and not ended.
     *
     * @return a view
     */
    public Set<Request> underWay() {
        return ends.keySet();
    }

    private void set() {
        if (!set.get() && set.compareAndSet(false, true)) {
            try {
                timer.accept(this::look, Duration.ofNanos(timeoutNanos));
            } catch (RuntimeException e) {
                set.set(false);
                throw e;
            }
        }
    }

    /** A timer that has ended is found by the next request. */
    private boolean setAgain(long delayNanos) {
        try {
            timer.accept(this::look, Duration.ofNanos(delayNanos));
            return true;
        } catch (RuntimeException e) {
            return false;
        }
    }

    private void look() {
        long now = ticker.nanos();
        long next = Long.MAX_VALUE;
        List<Request> due = new ArrayList<>();
        for (Map.Entry<Request, Long> one : ends.entrySet()) {
            long left = one.getValue() - now;
            if (left > 0) {
                next = Math.min(next, left);
            } else {
                due.add(one.getKey());
            }
        }
        for (Request request : due) {
            if (ends.remove(request) != null) {
                request.timedOut();
            }
        }
        if (next < Long.MAX_VALUE && setAgain(next)) {
            return;
        }
        set.set(false);
        // Whoever came between the look and the flag has seen it set, and relies on this timer.
        if (next == Long.MAX_VALUE && !ends.isEmpty()) {
            set();
        }
    }
}
