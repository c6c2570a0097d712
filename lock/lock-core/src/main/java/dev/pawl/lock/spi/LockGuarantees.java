package dev.pawl.lock.spi;

import java.util.Objects;
import java.util.Set;

/**
 * What the locks of one store promise, and where each promise ends. Immutable. The same table stands in
 * {@code docs/guarantees.md}.
 *
 * @param backend the kind of store
 * @param features what is offered
 * @param exclusion on what it rests that the intervals of valid handles are disjoint
 * @param tokens on what it rests that tokens rise from grant to grant
 */
public record LockGuarantees(String backend, Set<LockFeature> features, String exclusion, String tokens) {

    /** Checks that nothing is missing. */
    public LockGuarantees {
        Objects.requireNonNull(backend, "backend");
        Objects.requireNonNull(exclusion, "exclusion");
        Objects.requireNonNull(tokens, "tokens");
        features = Set.copyOf(features);
    }

    /**
     * Refuses what the store does not offer.
     *
     * @param feature what is wanted
     * @throws UnsupportedOperationException if it is not offered
     */
    public void require(LockFeature feature) {
        if (!features.contains(feature)) {
            throw new UnsupportedOperationException(
                    "feature is not offered by this backend, see the table of locks in docs/guarantees.md: feature="
                            + feature + ", backend=" + backend);
        }
    }
}
