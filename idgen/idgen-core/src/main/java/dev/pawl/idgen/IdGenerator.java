package dev.pawl.idgen;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * Makes unique positive 64-bit ids. {@link #guarantee()} says unique among whom, and under what.
 *
 * <p>Every implementation is thread-safe. The ids of one generator increase strictly over all its threads: a call that
 * starts after another has returned gets the larger id. Calls that find no id at hand wait on a monotonic clock, never
 * inside a monitor, so virtual threads may wait too. An interrupt does not end a wait, which is bounded; the thread
 * finds its interrupt flag set afterwards. {@link #nextId()} and {@link #nextIds} allocate nothing for ids that are at hand.
 *
 * <p>What a generator throws when it can give no id: {@link dev.pawl.common.BackendException} (its store is down or too
 * slow), {@link dev.pawl.common.LimitExceededException} (demand above the layout's bound),
 * {@link ClockMovedBackException}, {@link ClockSkewException}, {@link IdSpaceExhaustedException},
 * {@link StoreWentBackException}, {@link TagPausedException}, {@link WorkerLeaseLostException},
 * {@link WorkerIdsExhaustedException}, {@link LayoutMismatchException}, and {@link IllegalStateException} once it is closed. Ids that were taken for a
 * call that fails afterwards are never given again: they become a gap.
 */
public interface IdGenerator extends AutoCloseable {

    /**
     * Returns the next id, waiting for at most the generator's {@code maxWait} (see its builder).
     *
     * @return a positive id, larger than all before it
     * @throws dev.pawl.common.CoordinationException if there is none in time; the class comment lists the kinds
     * @throws IllegalStateException if the generator is closed
     */
    long nextId();

    /**
     * Returns the next id if there is one within the given time. With {@link Duration#ZERO} it never waits.
     *
     * @param wait how long to wait at most, on the monotonic clock
     * @return the id, or empty if there is none in time
     * @throws dev.pawl.common.CoordinationException if waiting cannot help
     * @throws IllegalArgumentException if {@code wait} is negative
     * @throws IllegalStateException if the generator is closed
     */
    OptionalLong tryNextId(Duration wait);

    /**
     * Fills the array with increasing ids, in as few atomic steps as the generator's bounds allow; waits like
     * {@link #nextId()}. Other callers' ids may lie between them. After an exception the contents are undefined.
     *
     * @param ids the array to fill
     * @throws dev.pawl.common.CoordinationException if there are not enough in time
     * @throws IllegalStateException if the generator is closed
     */
    void nextIds(long[] ids);

    /**
     * Reserves a run of ids in one atomic step, all or nothing: nobody else's ids lie between them. Waits like
     * {@link #nextId()}.
     *
     * @param count how many, from 1 to the generator's bound, which the exception names
     * @return the run
     * @throws dev.pawl.common.CoordinationException if they are not to be had in time
     * @throws IllegalArgumentException if the count is out of bounds
     * @throws IllegalStateException if the generator is closed
     */
    IdRun reserve(int count);

    /**
     * Returns the next id without ever blocking the caller. The future is complete on return if the id was at hand.
     * Waiting ends as in {@link #nextId()}; cancelling the future gives nothing back: the id may become a gap.
     *
     * @return the id, or the exception that {@link #nextId()} would throw
     */
    CompletableFuture<Long> nextIdAsync();

    /**
     * Fills the array like {@link #nextIds(long[])} without ever blocking the caller. The array belongs to the generator
     * until the future is complete.
     *
     * @param ids the array to fill
     * @return completes with the array, or with the exception that {@link #nextIds(long[])} would throw
     */
    CompletableFuture<long[]> nextIdsAsync(long[] ids);

    /**
     * Returns what this generator guarantees as it is configured and as its store is set up at this moment.
     *
     * @return level and scope
     */
    Guarantee guarantee();

    /**
     * Seals the generator, so that no thread gets another id, and then writes the exact mark to its store, so that a
     * restart goes on right behind the last id or in the tick behind it. Blocks until the store has answered, for a few
     * seconds at most; a store that fails costs a gap in the ids and a log line, nothing else. Closing again does nothing.
     */
    @Override
    void close();
}
