package dev.pawl.wheel;

import java.time.Duration;

/**
 * Nanoseconds to ticks and back. Time begins at zero, which is when the wheel was made: what lies before is zero, and
 * {@code Long.MAX_VALUE} is a tick that no time reaches.
 *
 * @param nanos the length of a tick
 */
record Ticks(long nanos) {

    /** Where there is nothing to wait for. */
    static final long NEVER = Long.MAX_VALUE;

    private static final long MILLI = 1_000_000;
    private static final Duration LEAST = Duration.ofNanos(1_000);
    private static final Duration MOST = Duration.ofHours(1);

    static Ticks of(Duration tick) {
        if (tick.compareTo(LEAST) < 0 || tick.compareTo(MOST) > 0) {
            throw new IllegalArgumentException("tick must be in [" + LEAST + ", " + MOST + "]: tick=" + tick);
        }
        return new Ticks(tick.toNanos());
    }

    /** The first tick that is not before the deadline. */
    long ceil(long deadlineNanos) {
        if (deadlineNanos <= 0) {
            return 0;
        }
        long tick = floor(deadlineNanos);
        return tick * nanos == deadlineNanos ? tick : tick + 1;
    }

    /** The last tick that has begun. */
    long floor(long nowNanos) {
        if (nowNanos <= 0) {
            return 0;
        }
        // A division by a constant is a multiplication.
        return nanos == MILLI ? nowNanos / MILLI : nowNanos / nanos;
    }

    /** When a tick begins. */
    long nanosOf(long tick) {
        return tick > Long.MAX_VALUE / nanos ? NEVER : tick * nanos;
    }
}
