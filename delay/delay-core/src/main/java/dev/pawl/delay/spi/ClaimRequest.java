package dev.pawl.delay.spi;

import java.time.Duration;
import java.util.Objects;

/**
 * Asks for due jobs. Consumer and sequence name the request through all its repetitions. Immutable.
 *
 * @param partition of which partition
 * @param consumer who asks: letters, digits and hyphens, 1 to 128 of them, never used by another
 * @param sequence rises from claim to claim of the consumer in the partition, beginning with 1 or more
 * @param most how many jobs at most, in [1, {@link JobStore#GREATEST_BATCH}]
 * @param visibility for how long the jobs are invisible to others, in [1 ms, {@link JobStore#GREATEST_VISIBILITY}]
 */
public record ClaimRequest(Partition partition, String consumer, long sequence, int most, Duration visibility) {

    /** Checks the request. */
    public ClaimRequest {
        Objects.requireNonNull(partition, "partition");
        Presence.requireConsumer(consumer);
        if (sequence < 1) {
            throw new IllegalArgumentException("sequence must be >= 1: sequence=" + sequence);
        }
        JobStore.requireMost(most);
        JobStore.requireVisibility(visibility);
    }
}
