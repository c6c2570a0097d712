package dev.pawl.delay.spi;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * What a consumer needs to know of a partition to decide when to claim. Immutable.
 *
 * @param head the partition's head
 * @param accepting the consumers that accept jobs, in no order
 * @param paused whether claims are answered with nothing
 * @param clockBehind by how much the store's clock is behind the latest time that it has shown; zero if it did not go back
 */
public record PartitionState(Head head, List<String> accepting, boolean paused, Duration clockBehind) {

    /** Checks that nothing is missing. */
    public PartitionState {
        Objects.requireNonNull(head, "head");
        accepting = List.copyOf(accepting);
        Objects.requireNonNull(clockBehind, "clockBehind");
    }
}
