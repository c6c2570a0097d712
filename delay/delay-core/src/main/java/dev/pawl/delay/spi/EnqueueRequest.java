package dev.pawl.delay.spi;

import java.util.List;
import java.util.Objects;

/**
 * Asks a store to take in jobs. Immutable.
 *
 * @param partition where
 * @param jobs 1 to {@link JobStore#GREATEST_BATCH} jobs, taken in this order, each by itself
 * @param limits how full the partition may become
 * @param durability when the store may answer
 */
public record EnqueueRequest(Partition partition, List<NewJob> jobs, Limits limits, Durability durability) {

    /**
     * How full a partition may become; the requests of each client are held to that client's limits. Immutable.
     *
     * @param jobs how many jobs may be kept, waiting, in flight and dead, at least 1
     * @param bodyBytes how many bytes their bodies may have together, at least 1
     */
    public record Limits(long jobs, long bodyBytes) {

        /** Checks the bounds. */
        public Limits {
            if (jobs < 1) {
                throw new IllegalArgumentException("jobs must be >= 1: jobs=" + jobs);
            }
            if (bodyBytes < 1) {
                throw new IllegalArgumentException("bodyBytes must be >= 1: bodyBytes=" + bodyBytes);
            }
        }
    }

    /** Checks the batch, and that nothing is missing. */
    public EnqueueRequest {
        Objects.requireNonNull(partition, "partition");
        jobs = Checks.batch("jobs", jobs);
        Objects.requireNonNull(limits, "limits");
        Objects.requireNonNull(durability, "durability");
    }
}
