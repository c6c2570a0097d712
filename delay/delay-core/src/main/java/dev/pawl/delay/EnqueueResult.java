package dev.pawl.delay;

import dev.pawl.delay.spi.EnqueueOutcome;
import java.util.Objects;

/**
 * What became of a job that was enqueued. Immutable.
 *
 * @param job names the job
 * @param outcome {@link EnqueueOutcome#TAKEN}, {@link EnqueueOutcome#REPLACED} or {@link EnqueueOutcome#DUPLICATE}
 */
public record EnqueueResult(JobHandle job, EnqueueOutcome outcome) {

    /** Checks that nothing is missing. */
    public EnqueueResult {
        Objects.requireNonNull(job, "job");
        Objects.requireNonNull(outcome, "outcome");
    }

    /**
     * Tells whether the job is the queue's now.
     *
     * @return false if it is a duplicate
     */
    public boolean isTaken() {
        return outcome != EnqueueOutcome.DUPLICATE;
    }
}
