package dev.pawl.common;

import java.time.Duration;
import java.util.Objects;

/**
 * The end of a wait on a monotonic {@link Ticker}, so that a wall clock set forward or back neither shortens nor
 * lengthens it. Immutable and thread-safe; never blocks.
 */
public final class Deadline {

    private final Ticker ticker;
    private final long endNanos;

    private Deadline(Ticker ticker, long endNanos) {
        this.ticker = ticker;
        this.endNanos = endNanos;
    }

    /**
     * Returns the deadline that lies the given duration ahead. Durations beyond 146 years end after 146 years, which is
     * what a {@code long} of nanoseconds can compare.
     *
     * @param duration zero or more; zero is a deadline that has passed already
     * @param ticker the source of time
     * @return the deadline
     * @throws IllegalArgumentException if the duration is negative
     */
    public static Deadline after(Duration duration, Ticker ticker) {
        Objects.requireNonNull(ticker, "ticker");
        if (duration.isNegative()) {
            throw new IllegalArgumentException("duration must be >= 0: duration=" + duration);
        }
        return new Deadline(ticker, ticker.nanos() + nanosOf(duration));
    }

    /**
     * Returns what is left until the deadline.
     *
     * @return nanoseconds, zero or less once it has passed
     */
    public long remainingNanos() {
        return endNanos - ticker.nanos();
    }

    /**
     * Tells whether the deadline has passed.
     *
     * @return true from the deadline on
     */
    public boolean expired() {
        return remainingNanos() <= 0;
    }

    private static long nanosOf(Duration duration) {
        long half = Long.MAX_VALUE / 2;
        return duration.compareTo(Duration.ofNanos(half)) >= 0 ? half : duration.toNanos();
    }
}
