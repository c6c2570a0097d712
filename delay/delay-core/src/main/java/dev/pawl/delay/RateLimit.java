package dev.pawl.delay;

import java.util.OptionalDouble;
import java.util.concurrent.locks.ReentrantLock;

/** A bucket that fills at a rate and holds a tenth of a second's worth, one at least. Thread-safe. */
final class RateLimit {

    private static final double NANOS = 1e9;

    private final double perNano;
    private final double greatest;
    private final ReentrantLock lock = new ReentrantLock();
    private double level;
    private long filledAt;

    RateLimit(OptionalDouble perSecond, long now) {
        perNano = perSecond.isPresent() ? perSecond.getAsDouble() / NANOS : 0;
        greatest = Math.max(1, perNano * NANOS / 10);
        level = 1;
        filledAt = now;
    }

    /** Takes at most so many, and tells how many. */
    int take(int most, long now) {
        if (perNano == 0) {
            return most;
        }
        lock.lock();
        try {
            fill(now);
            int taken = (int) Math.min(most, Math.floor(level));
            level -= taken;
            return taken;
        } finally {
            lock.unlock();
        }
    }

    void giveBack(int count) {
        lock.lock();
        try {
            level = Math.min(greatest, level + count);
        } finally {
            lock.unlock();
        }
    }

    /** How long until one can be taken. */
    long nextInNanos(long now) {
        if (perNano == 0) {
            return 0;
        }
        lock.lock();
        try {
            fill(now);
            return level >= 1 ? 0 : (long) Math.ceil((1 - level) / perNano);
        } finally {
            lock.unlock();
        }
    }

    private void fill(long now) {
        level = Math.min(greatest, level + Math.max(0, now - filledAt) * perNano);
        filledAt = now;
    }
}
