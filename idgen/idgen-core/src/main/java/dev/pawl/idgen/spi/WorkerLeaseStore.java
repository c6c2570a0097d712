package dev.pawl.idgen.spi;

import dev.pawl.idgen.Guarantee;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Keeps one record per worker id and changes it by compare-and-set. Implementations are thread-safe, do not block the
 * caller for longer than a local disk write, and report failure by completing with a
 * {@link dev.pawl.common.BackendException}. What they acknowledge must
 * be durable: a record that goes back repeats ids. Programming mistakes - a space's name that is none, a record that is
 * not the expected one's next - are thrown by the call itself as {@link IllegalArgumentException}.
 *
 * <p>{@code WorkerLeaseStoreTck} in pawl-testkit is the test of an implementation.
 */
public interface WorkerLeaseStore {

    /**
     * Reads all records of a space.
     *
     * @param space the worker-id space, a name as in {@link SegmentTag#requireName}
     * @return the records, in no order; a worker id that was never leased has none
     */
    CompletionStage<List<WorkerRecord>> readAll(String space);

    /**
     * Reads one record.
     *
     * @param space the worker-id space
     * @param workerId the worker id
     * @return the record, or empty if the worker id was never leased
     */
    CompletionStage<Optional<WorkerRecord>> read(String space, int workerId);

    /**
     * Replaces a record if it is still the one expected, in one atomic, durable step: the same revision of the same
     * incarnation. The revision alone would take the record of another owner, made after the store lost the first, for it.
     *
     * @param space the worker-id space
     * @param expected the record as it was read, or empty if there was none
     * @param next the record to write, as {@link WorkerRecord#requireNext} wants it: of the same worker id, its revision
     *     one above the expected one's, or 1
     * @return whether it was written
     */
    CompletionStage<Boolean> compareAndSet(String space, Optional<WorkerRecord> expected, WorkerRecord next);

    /**
     * Returns the store's own time, which a generator holds its clock against, so that a clock far ahead does not take
     * ticks that no other could use for as long.
     *
     * @return the time, or empty if the store has none but the caller's own
     */
    CompletionStage<Optional<Instant>> time();

    /**
     * Returns what leases from this store guarantee as it is set up now. May be asked often: answer from memory.
     *
     * @return level and scope
     */
    Guarantee guarantee();
}
