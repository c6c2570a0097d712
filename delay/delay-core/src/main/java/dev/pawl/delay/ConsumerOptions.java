package dev.pawl.delay;

import dev.pawl.common.Backoff;
import dev.pawl.delay.spi.JobStore;
import java.time.Duration;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * How a consumer takes jobs. Immutable: each {@code with} method returns a changed copy.
 *
 * @param concurrency how many handlers run at once, in [1, 10,000]
 * @param maxInFlight how many jobs the consumer has at once, in [concurrency, 100,000]: what is above the concurrency waits here,
 *     and not for another consumer
 * @param ratePerSecond how many handlers begin in a second at most, over 0; any number if empty
 * @param visibility for how long a job is invisible to others without a sign of life, in [100 ms, 12 hours]; the sign is given each
 *     third of it while the handler runs
 * @param maxPoll after which time at the latest a due job is seen, though every message about it was lost, in [100 ms, 10 minutes]
 * @param backoff how long a job waits after a handler has failed, by its attempts
 */
public record ConsumerOptions(
        int concurrency,
        int maxInFlight,
        OptionalDouble ratePerSecond,
        Duration visibility,
        Duration maxPoll,
        Backoff backoff) {

    private static final Duration LEAST = Duration.ofMillis(100);
    private static final Duration GREATEST_POLL = Duration.ofMinutes(10);
    private static final int MOST_HANDLERS = 10_000;
    private static final int MOST_IN_FLIGHT = 100_000;
    private static final ConsumerOptions DEFAULTS = new ConsumerOptions(
            8,
            8,
            OptionalDouble.empty(),
            Duration.ofSeconds(30),
            Duration.ofSeconds(1),
            new Backoff(Duration.ofSeconds(1), Duration.ofHours(1)));

    /** Checks the bounds. */
    public ConsumerOptions {
        if (concurrency < 1 || concurrency > MOST_HANDLERS) {
            throw new IllegalArgumentException(
                    "concurrency must be in [1, " + MOST_HANDLERS + "]: concurrency=" + concurrency);
        }
        if (maxInFlight < concurrency || maxInFlight > MOST_IN_FLIGHT) {
            throw new IllegalArgumentException("maxInFlight must be in [concurrency, " + MOST_IN_FLIGHT
                    + "]: maxInFlight=" + maxInFlight + ", concurrency=" + concurrency);
        }
        if (ratePerSecond.isPresent() && !(ratePerSecond.getAsDouble() > 0)) {
            throw new IllegalArgumentException("ratePerSecond must be > 0: ratePerSecond=" + ratePerSecond);
        }
        if (visibility.compareTo(LEAST) < 0 || visibility.compareTo(JobStore.GREATEST_VISIBILITY) > 0) {
            throw new IllegalArgumentException("visibility must be in [100 ms, 12 hours]: visibility=" + visibility);
        }
        if (maxPoll.compareTo(LEAST) < 0 || maxPoll.compareTo(GREATEST_POLL) > 0) {
            throw new IllegalArgumentException("maxPoll must be in [100 ms, 10 minutes]: maxPoll=" + maxPoll);
        }
        Objects.requireNonNull(backoff, "backoff");
    }

    /**
     * Returns the defaults: 8 handlers, none waiting, a visibility timeout of 30 seconds, maxPoll of a second, and from a second to an
     * hour between attempts.
     *
     * @return the defaults
     */
    public static ConsumerOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Changes how many handlers run at once, and raises {@code maxInFlight} to that if it is lower.
     *
     * @param changed in [1, 10,000]
     * @return a changed copy
     */
    public ConsumerOptions withConcurrency(int changed) {
        int inFlight = Math.max(changed, maxInFlight == concurrency ? changed : maxInFlight);
        return new ConsumerOptions(changed, inFlight, ratePerSecond, visibility, maxPoll, backoff);
    }

    /**
     * Changes how many jobs the consumer has at once.
     *
     * @param changed in [concurrency, 100,000]
     * @return a changed copy
     */
    public ConsumerOptions withMaxInFlight(int changed) {
        return new ConsumerOptions(concurrency, changed, ratePerSecond, visibility, maxPoll, backoff);
    }

    /**
     * Limits how many handlers begin in a second.
     *
     * @param changed over 0
     * @return a changed copy
     */
    public ConsumerOptions withRatePerSecond(double changed) {
        return new ConsumerOptions(concurrency, maxInFlight, OptionalDouble.of(changed), visibility, maxPoll, backoff);
    }

    /**
     * Changes the visibility timeout.
     *
     * @param changed in [100 ms, 12 hours]
     * @return a changed copy
     */
    public ConsumerOptions withVisibility(Duration changed) {
        return new ConsumerOptions(concurrency, maxInFlight, ratePerSecond, changed, maxPoll, backoff);
    }

    /**
     * Changes after which time at the latest a due job is seen.
     *
     * @param changed in [100 ms, 10 minutes]
     * @return a changed copy
     */
    public ConsumerOptions withMaxPoll(Duration changed) {
        return new ConsumerOptions(concurrency, maxInFlight, ratePerSecond, visibility, changed, backoff);
    }

    /**
     * Changes how long a job waits after a handler has failed.
     *
     * @param changed by how many attempts there were
     * @return a changed copy
     */
    public ConsumerOptions withBackoff(Backoff changed) {
        return new ConsumerOptions(concurrency, maxInFlight, ratePerSecond, visibility, maxPoll, changed);
    }
}
