package dev.pawl.lock.spi;

import java.util.Objects;

/**
 * Asks for a resource. The attempt names the request through all its repetitions: a store answers a repeated request as
 * it answered the first one, and takes it as a sign that the contender is alive. Immutable.
 *
 * @param resource what is wanted
 * @param attempt the attempt's id, never used before: letters, digits and hyphens, at most 128 of them
 * @param terms on which terms
 * @param stamp the contender's own reading of time when it sent this request; the store keeps it with the place in the queue
 *     and shows it with a grant by message, and understands nothing of it
 * @param queued whether to wait in the store's queue if the resource is not free; the place lasts for a lease from each
 *     request on
 */
public record AcquireRequest(LockResource resource, String attempt, LockTerms terms, long stamp, boolean queued) {

    /** Checks that nothing is missing. */
    public AcquireRequest {
        Objects.requireNonNull(resource, "resource");
        Objects.requireNonNull(attempt, "attempt");
        Objects.requireNonNull(terms, "terms");
    }
}
