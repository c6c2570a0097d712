package dev.pawl.delay;

import dev.pawl.delay.spi.EnqueueOutcome;
import dev.pawl.delay.spi.Partition;
import java.time.Duration;

/** What a {@link DelayListener} is told. */
public sealed interface DelayEvent {

    /**
     * Names where it happened.
     *
     * @return the partition
     */
    Partition partition();

    /** Something that happened to one job. */
    sealed interface OfJob extends DelayEvent {

        /**
         * Names the job.
         *
         * @return the job
         */
        JobHandle job();

        @Override
        default Partition partition() {
            return job().partition();
        }
    }

    /**
     * A store has answered an enqueue.
     *
     * @param job the job
     * @param outcome what became of it
     */
    record Enqueued(JobHandle job, EnqueueOutcome outcome) implements OfJob {}

    /**
     * A job came to a consumer.
     *
     * @param job the job
     * @param attempt which delivery it is
     * @param late by how much it is later than its due time, by the store's clock; of a repeated delivery that contains all before it
     */
    record Delivered(JobHandle job, int attempt, Duration late) implements OfJob {}

    /**
     * A delivery was acknowledged.
     *
     * @param job the job
     * @param took the time from the answer of the store that brought it
     */
    record Acked(JobHandle job, Duration took) implements OfJob {}

    /**
     * A handler failed; the job is delivered again, or is a dead letter.
     *
     * @param job the job
     * @param attempt which delivery it was
     * @param failure what the handler has thrown
     */
    record HandlerFailed(JobHandle job, int attempt, Throwable failure) implements OfJob {}

    /**
     * A job became a dead letter, or the wish to make it one was sent.
     *
     * @param job the job
     * @param reason why
     */
    record Died(JobHandle job, String reason) implements OfJob {}

    /**
     * A job was dropped, since its time to live was over.
     *
     * @param job the job
     */
    record Expired(JobHandle job) implements OfJob {}

    /**
     * A delivery was lost: its visibility timeout ended, or somebody else has the job.
     *
     * @param job the job
     * @param token the delivery's token
     */
    record Lost(JobHandle job, long token) implements OfJob {}

    /**
     * A request to the store failed; it is repeated as long as that makes sense.
     *
     * @param partition where
     * @param operation what was asked for
     * @param failure what failed
     */
    record RequestFailed(Partition partition, String operation, Throwable failure) implements DelayEvent {}

    /**
     * The store's clock is behind the latest time that it has shown: what was pending then may be late by that.
     *
     * @param partition where
     * @param behind by how much
     */
    record ClockBehind(Partition partition, Duration behind) implements DelayEvent {}
}
