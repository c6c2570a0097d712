package dev.pawl.lock.spi;

import dev.pawl.common.BackendException;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * One client of a store. Thread-safe; no method blocks, and none throws what the store answers: stages end with a
 * {@link BackendException} if the store fails, whose outcome says whether the request may have been applied or may
 * still be. A stage always ends, also when the store never answers.
 *
 * <p>Requests may be applied late, twice, and in another order than they were sent in. A store must be right under all
 * of that by the attempt's id and the grant's base alone.
 */
public interface LockSession extends AutoCloseable {

    /**
     * The shortest tombstone but for zero. A request for a resource that has waited as long for its sending must not be sent any
     * more: its attempt may have left, and the tombstone be gone.
     */
    Duration LEAST_TOMBSTONE = Duration.ofSeconds(10);

    /**
     * Asks for a resource, or asks again.
     *
     * @param request what is wanted by which attempt
     * @return the answer
     */
    CompletionStage<AcquireAnswer> acquire(AcquireRequest request);

    /**
     * Lets the lease of a grant count anew, if the grant still stands. A grant whose lease has ended is not revived.
     *
     * @param grant the grant
     * @param terms the terms on which it was made
     * @return true if the grant stands and its lease counts from some moment after the sending of this request; false
     *     if it is lost
     */
    CompletionStage<Boolean> renew(Grant grant, LockTerms terms);

    /**
     * Tells whether a grant still stands, and changes nothing.
     *
     * @param grant the grant
     * @return true if the grant stood at some moment after the sending of this request; false if it is lost
     */
    CompletionStage<Boolean> verify(Grant grant);

    /**
     * Gives a grant back, or takes an attempt out of the queue, so that the next in the queue is granted at once. What
     * was granted to the attempt meanwhile is given back too.
     *
     * @param grant the grant, or an attempt with base 0
     * @param tombstone how long a request of the attempt that arrives late must be answered
     *     {@link AcquireAnswer.Ended}, {@link #LEAST_TOMBSTONE} or more; zero if none can be under way
     * @return true if the attempt held the resource until this request; false if it did not
     */
    CompletionStage<Boolean> release(Grant grant, Duration tombstone);

    /** Frees what this session holds in the client. Grants are left to their leases. Does not block for long. */
    @Override
    void close();
}
