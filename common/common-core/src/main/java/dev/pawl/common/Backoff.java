package dev.pawl.common;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt at something that failed: exponential growth from {@code first} to
 * {@code greatest}, with jitter over the upper half so that clients
 * that failed together do not return together. Immutable and
 * thread-safe; it only computes and never waits.
 *
 * <p>Source: Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015.
 *
 * @param first the greatest wait before the first retry
 * @param greatest the bound that the growth stops at
 */
public record Backoff(Duration first, Duration greatest) {

    /** Checks the bounds. */
    public Backoff {
        if (first.isNegative() || first.isZero()) {
            throw new IllegalArgumentException("first must be > 0: first=" + first);
        }
        if (greatest.compareTo(first) < 0) {
            throw new IllegalArgumentException("greatest must be >= first: greatest=" + greatest + ", first=" + first);
        }
    }

    /**
     * Returns a random wait for one retry.
     *
     * @param failures how many attempts have failed so far, at least 1
     * @return a wait between half of the attempt's bound and the whole of it
     */
    public Duration delay(int failures) {
        return delay(failures, ThreadLocalRandom.current());
    }

    /**
     * Returns a random wait for one retry.
     *
     * @param failures how many attempts have failed so far, at least 1
     * @param random decides on the jitter
     * @return a wait between half of the attempt's bound and the whole of it
     */
    public Duration delay(int failures, RandomGenerator random) {
        if (failures < 1) {
            throw new IllegalArgumentException("failures must be >= 1: failures=" + failures);
        }
        int doublings = Math.min(failures - 1, 30);
        long bound = Math.min(greatest.toNanos(), saturatedShift(first.toNanos(), doublings));
        return Duration.ofNanos(bound / 2 + random.nextLong(bound / 2 + 1));
    }

    private static long saturatedShift(long value, int bits) {
        return value > Long.MAX_VALUE >> bits ? Long.MAX_VALUE : value << bits;
    }
}
