package dev.pawl.lock.spi;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * What a store knows of a resource at one moment. Immutable.
 *
 * @param resource what is described
 * @param holders who holds it, the oldest grant first
 * @param waiting how many attempts have a place in the queue; some of them may have lapsed
 */
public record LockDescription(LockResource resource, List<Holder> holders, int waiting) {

    /**
     * Somebody who holds the resource.
     *
     * @param grant the grant; its attempt begins with the session's id and a hyphen
     * @param endsWithin when the store grants the resource to others, if the grant is not renewed
     */
    public record Holder(Grant grant, Duration endsWithin) {

        /** Checks that nothing is missing. */
        public Holder {
            Objects.requireNonNull(grant, "grant");
            Objects.requireNonNull(endsWithin, "endsWithin");
        }

        /**
         * Returns the session that the holder belongs to: one lock service of one process.
         *
         * @return the session's id
         */
        public String session() {
            return grant.attempt().substring(0, Math.max(0, grant.attempt().lastIndexOf('-')));
        }
    }

    /** Checks that nothing is missing. */
    public LockDescription {
        Objects.requireNonNull(resource, "resource");
        holders = List.copyOf(holders);
    }
}
