package dev.pawl.delay.spi;

import java.time.Instant;
import java.util.Objects;

/**
 * A job that is delivered no more. It stays until it is respawned or purged. Immutable.
 *
 * @param id its id
 * @param reason what the last consumer said, or why the store gave up
 * @param due when it was due by the store's clock
 * @param died when it became a dead letter by the store's clock
 * @param attempt how many deliveries had counted
 * @param body what it carries
 */
public record DeadLetter(String id, String reason, Instant due, Instant died, int attempt, JobBody body) {

    /** Checks that nothing is missing. */
    public DeadLetter {
        NewJob.requireId(id);
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(due, "due");
        Objects.requireNonNull(died, "died");
        Objects.requireNonNull(body, "body");
    }
}
