package dev.pawl.delay.spi;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/**
 * A job as it stood at one moment. Immutable.
 *
 * @param id its id
 * @param inFlight whether a consumer has it and its visibility timeout runs
 * @param due when it was or is due by the store's clock
 * @param visibleIn when it is visible next; zero or negative if it is due
 * @param attempt how many deliveries have begun and counted
 * @param attempts how many there are at most
 * @param body what it carries
 */
public record JobView(
        String id, boolean inFlight, Instant due, Duration visibleIn, int attempt, int attempts, JobBody body) {

    /** Checks that nothing is missing. */
    public JobView {
        NewJob.requireId(id);
        Objects.requireNonNull(due, "due");
        Objects.requireNonNull(visibleIn, "visibleIn");
        Objects.requireNonNull(body, "body");
    }
}
