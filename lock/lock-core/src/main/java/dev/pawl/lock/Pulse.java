package dev.pawl.lock;

import dev.pawl.common.RatchetClock;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Samples the {@link RatchetClock} as long as anything is held or wanted, and notices by its own lateness that the
 * process was paused. Thread-safe.
 */
final class Pulse {

    static final long INTERVAL_NANOS = 50_000_000;

    private final RatchetClock clock;
    private final Timers timers;
    private final Map<String, Hold> holds = new ConcurrentHashMap<>();
    private final AtomicInteger contenders = new AtomicInteger();
    private final AtomicBoolean beating = new AtomicBoolean();
    private volatile long lastNanos;

    Pulse(RatchetClock clock, Timers timers) {
        this.clock = clock;
        this.timers = timers;
    }

    void contenderBegins() {
        contenders.incrementAndGet();
        begin();
    }

    void contenderEnds() {
        contenders.decrementAndGet();
    }

    void add(Hold hold) {
        holds.put(hold.attempt(), hold);
        begin();
    }

    void remove(Hold hold) {
        holds.remove(hold.attempt());
    }

    Collection<Hold> holds() {
        return holds.values();
    }

    private void begin() {
        if (!beating.get() && beating.compareAndSet(false, true)) {
            lastNanos = clock.nanos();
            timers.schedule(INTERVAL_NANOS, this::beat);
        }
    }

    private void beat() {
        long now = clock.nanos();
        long pause = now - lastNanos - INTERVAL_NANOS;
        lastNanos = now;
        if (isNeeded()) {
            timers.schedule(INTERVAL_NANOS, this::beat);
        } else {
            beating.set(false);
            // Whoever came between the look and the flag has seen it set, and relies on this beat.
            if (isNeeded()) {
                begin();
            }
        }
        if (pause > INTERVAL_NANOS) {
            holds.values().forEach(hold -> hold.paused(pause));
        }
    }

    /** For tests: what keeps it beating. */
    String left() {
        return isNeeded() ? "holds=" + holds.size() + " contenders=" + contenders : "";
    }

    private boolean isNeeded() {
        return !holds.isEmpty() || contenders.get() > 0;
    }
}
