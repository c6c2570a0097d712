package dev.pawl.delay.spi;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * A job to be taken in. Immutable.
 *
 * @param id names the job in its partition: any text of 1 to {@value #GREATEST_BYTES} bytes in UTF-8. It may be used again once
 *     the job is finished, cancelled, dropped or purged
 * @param request tells this enqueue from others of the same id: drawn at random, and the same in each repetition
 * @param body what the job carries
 * @param due when it becomes visible
 * @param terms how often and until when it is delivered
 * @param dedup its dedup key, if it has one
 */
public record NewJob(String id, long request, JobBody body, Due due, Terms terms, Optional<Dedup> dedup) {

    /** The longest id, in bytes of UTF-8. */
    public static final int GREATEST_BYTES = 256;

    /**
     * How often and until when a job is delivered. Immutable.
     *
     * @param attempts how often it is delivered at most before it is dead, in [1, {@value #MOST_ATTEMPTS}]
     * @param ttl how long after its due time it is still delivered, at least a millisecond; for ever if empty. A delivery that
     *     has begun may end later
     */
    public record Terms(int attempts, Optional<Duration> ttl) {

        /** The most deliveries of a job. */
        public static final int MOST_ATTEMPTS = 1_000_000;

        /** The longest time to live. */
        public static final Duration GREATEST_TTL = Duration.ofDays(36_500);

        /** Checks the bounds. */
        public Terms {
            if (attempts < 1 || attempts > MOST_ATTEMPTS) {
                throw new IllegalArgumentException(
                        "attempts must be in [1, " + MOST_ATTEMPTS + "]: attempts=" + attempts);
            }
            ttl.ifPresent(time -> Checks.duration("ttl", time, Duration.ofMillis(1), GREATEST_TTL));
        }
    }

    /** Checks the id, and that nothing is missing. */
    public NewJob {
        requireId(id);
        Objects.requireNonNull(body, "body");
        Objects.requireNonNull(due, "due");
        Objects.requireNonNull(terms, "terms");
        Objects.requireNonNull(dedup, "dedup");
    }

    /**
     * Checks a job's id.
     *
     * @param id the id
     * @return the same id
     * @throws IllegalArgumentException if it is empty, too long or no valid Unicode
     */
    public static String requireId(String id) {
        return Checks.text("id", id, GREATEST_BYTES);
    }
}
