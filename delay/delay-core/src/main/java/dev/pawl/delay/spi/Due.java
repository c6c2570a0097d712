package dev.pawl.delay.spi;

import java.time.Duration;
import java.time.Instant;

/** When a job becomes visible, by the store's clock. */
public sealed interface Due {

    /** The latest due time, in milliseconds since 1970: near the end of the year 9999. */
    long GREATEST_MILLIS = 253_402_300_799_999L;

    /**
     * At a time.
     *
     * @param epochMillis milliseconds since 1970 by the store's clock, in [0, {@link #GREATEST_MILLIS}]; a time that has passed
     *     is at once
     */
    record At(long epochMillis) implements Due {

        /** Checks the range. */
        public At {
            requireMillis("epochMillis", epochMillis);
        }
    }

    /**
     * After a delay from the moment at which the store takes the request. Zero is at once; else the store's time at that moment is
     * rounded up to a millisecond before the delay is added, and what would lie beyond {@link #GREATEST_MILLIS} is that.
     *
     * @param millis in [0, {@link #GREATEST_MILLIS}]
     */
    record In(long millis) implements Due {

        /** Checks the range. */
        public In {
            requireMillis("millis", millis);
        }
    }

    /**
     * Makes the due time of an instant, rounded up to a millisecond.
     *
     * @param instant when, by the store's clock, from 1970 to the year 9999
     * @return the due time
     * @throws IllegalArgumentException if the instant is out of range
     */
    static Due at(Instant instant) {
        Instant last = Instant.ofEpochMilli(GREATEST_MILLIS);
        if (instant.isBefore(Instant.EPOCH) || instant.isAfter(last)) {
            throw new IllegalArgumentException("due must be in [1970, " + last + "]: due=" + instant);
        }
        return new At(instant.plusNanos(999_999).toEpochMilli());
    }

    /**
     * Makes the due time of a delay, rounded up to a millisecond.
     *
     * @param delay zero or more, up to 2,900,000 days
     * @return the due time
     * @throws IllegalArgumentException if the delay is out of range
     */
    static Due in(Duration delay) {
        Checks.duration("delay", delay, Duration.ZERO, Duration.ofDays(2_900_000));
        return new In(delay.plusNanos(999_999).toMillis());
    }

    private static void requireMillis(String what, long millis) {
        if (millis < 0 || millis > GREATEST_MILLIS) {
            throw new IllegalArgumentException(
                    what + " must be in [0, " + GREATEST_MILLIS + "]: " + what + "=" + millis);
        }
    }
}
