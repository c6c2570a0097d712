package dev.pawl.delay;

import java.util.OptionalDouble;

/** A bucket that fills at a rate and holds a tenth of a second's worth, one at least. Thread-safe. */
final class RateLimit {

    private static final double NANOS = 1e9;

    private final double perNano;
    private final double greatest;
    private double level;
    private long filledAt;

    RateLimit(OptionalDouble perSecond, long now) {
        perNano = perSecond.isPresent() ? perSecond.getAsDouble() / NANOS : 0;
        greatest = Math.max(1, perNano * NANOS / 10);
        level = 1;
        filledAt = now;
    }

    /** Takes at most so many, and tells how many. */
    synchronized int take(int most, long now) {
        if (perNano == 0) {
            return most;
        }
        fill(now);
        int taken = (int) Math.min(most, Math.floor(level));
        level -= taken;
        return taken;
    }

    synchronized void giveBack(int count) {
        level = Math.min(greatest, level + count);
    }

    /** How long until one can be taken. */
    synchronized long nextInNanos(long now) {
        if (perNano == 0) {
            return 0;
        }
        fill(now);
        return level >= 1 ? 0 : (long) Math.ceil((1 - level) / perNano);
    }

    private void fill(long now) {
        level = Math.min(greatest, level + Math.max(0, now - filledAt) * perNano);
        filledAt = now;
    }
}
