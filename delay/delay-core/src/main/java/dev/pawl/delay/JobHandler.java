package dev.pawl.delay;

/**
 * Does the work of a job.
 *
 * @param <T> the payload
 */
@FunctionalInterface
public interface JobHandler<T> {

    /**
     * Handles a delivery. If it returns without having answered, the delivery is acknowledged; if it throws, the job is delivered again
     * after the consumer's backoff, or becomes a dead letter after its last attempt. May block. A job may be handled more than once, also
     * at the same time if a visibility timeout has ended: what must not happen twice is guarded by the delivery's
     * {@link Delivery#fencingToken()}.
     *
     * @param delivery the job
     * @throws Exception if the job is to be delivered again
     */
    void handle(Delivery<T> delivery) throws Exception;
}
