package dev.pawl.delay.spi;

import java.util.Objects;
import java.util.Set;

/**
 * What the jobs of one store may rely on, and where each promise ends. Immutable.
 *
 * @param store the kind of store
 * @param durabilities what an enqueue may ask for
 * @param delivery on what it rests that a job is delivered at least once, and when it may be lost
 * @param tokens on what it rests that tokens rise from delivery to delivery
 */
public record JobStoreGuarantees(String store, Set<Durability> durabilities, String delivery, String tokens) {

    /** Checks that nothing is missing. */
    public JobStoreGuarantees {
        Objects.requireNonNull(store, "store");
        durabilities = Set.copyOf(durabilities);
        Objects.requireNonNull(delivery, "delivery");
        Objects.requireNonNull(tokens, "tokens");
    }

    /**
     * Refuses what the store does not offer.
     *
     * @param durability what is wanted
     * @throws UnsupportedOperationException if it is not offered
     */
    public void require(Durability durability) {
        if (!durabilities.contains(durability)) {
            throw new UnsupportedOperationException(
                    "durability is not offered by this store: durability=" + durability + ", store=" + store);
        }
    }
}
