package dev.pawl.delay;

import dev.pawl.delay.spi.NewJob;
import dev.pawl.delay.spi.Partition;
import java.util.Objects;

/**
 * Names one job. Keep it to cancel or reschedule the job later: a job with a dedup key lies in the partition of its key, which its
 * id alone does not tell. Immutable.
 *
 * @param partition where it is
 * @param id its id there
 */
public record JobHandle(Partition partition, String id) {

    /** Checks the id. */
    public JobHandle {
        Objects.requireNonNull(partition, "partition");
        NewJob.requireId(id);
    }
}
