package dev.pawl.delay.spi;

import dev.pawl.common.BackendException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * One client of a store. Thread-safe; no method blocks, and none throws what the store answers: stages end with a
 * {@link BackendException} if the store fails, whose outcome says whether the request may have been applied or may still be. A
 * stage always ends, also when the store never answers.
 *
 * <p><b>One time.</b> A job has one <i>next visible time</i> in milliseconds: its due time, the end of its visibility timeout or the
 * time of its retry. It is due once that is not after the store's clock, which alone decides; a clock set back delays what
 * is pending, and one set forward makes it due.
 *
 * <p><b>Deliveries.</b> A claim gives due jobs a token, puts their next visible time to the end of the visibility timeout and counts an
 * attempt; the job stays where it is. The delivery <i>stands</i> until it is answered, or the job is claimed again, cancelled,
 * rescheduled or replaced: also beyond its visibility timeout as long as nobody did any of that. It is
 * <i>in flight</i> while it stands and its visibility timeout runs. Tokens come from one counter per partition: a batch of n
 * jobs has the numbers from max(last + 1, the store's time in microseconds) on.
 *
 * <p><b>Repetition.</b> Requests may be applied late, twice, and in another order than they were sent in. Until the
 * {@linkplain JobStore#retryHorizon() retry horizon} is over after a job was finished, the store remembers its id, the enqueue
 * request, the last token, and how it ended, of an id that was used again those of the last use; so a repeated request is answered
 * as the first one was, and changes nothing.
 *
 * <p>Lists have 1 to {@link JobStore#GREATEST_BATCH} parts, of which one job may have several. They are applied in their order, each
 * by itself; nobody sees some of them applied and others not yet.
 * No request costs the store more than its own parts and {@link JobStore#GREATEST_BATCH} steps of clean-up.
 */
public interface JobSession extends AutoCloseable {

    /**
     * Takes jobs in. A job whose id waits, is in flight or is dead, or was finished within the retry horizon, is
     * {@link EnqueueOutcome#TAKEN} if that came of the same {@link NewJob#request()}; if another's lives under its id it is a
     * {@link EnqueueOutcome#DUPLICATE}; else its dedup key and the limits decide, in this order. A job that takes another's place is not held to the
     * number of jobs; the one it replaces is finished.
     *
     * @param request the jobs
     * @return what became of each; {@link UnsupportedOperationException} if the durability is not offered
     */
    CompletionStage<Answers<EnqueueOutcome>> enqueue(EnqueueRequest request);

    /**
     * Gives due jobs to a consumer, the earliest first. Of what it finds due it drops jobs whose time to live is over, and
     * makes those dead letters that have no attempt left; all three kinds together are at most {@link ClaimRequest#most()}, and no more
     * bytes than {@link JobStore#GREATEST_REPLY_BYTES}. Nothing while the partition is paused.
     *
     * <p>The request with the consumer's last sequence is answered with those of the jobs it was given whose delivery still
     * stands, unchanged, so that their visibility timeout counts from the first request; one with a lower sequence
     * gets nothing. The store may forget a consumer that has not claimed for the retry horizon.
     *
     * @param request how much is wanted by whom
     * @return the jobs
     */
    CompletionStage<ClaimAnswer> claim(ClaimRequest request);

    /**
     * Finishes jobs, which frees their ids and dedup keys.
     *
     * @param partition the partition
     * @param receipts the deliveries
     * @return for each true if the job is finished by this delivery, by this request or before; false if the delivery does not stand
     */
    CompletionStage<Answers<Boolean>> ack(Partition partition, List<Receipt> receipts);

    /**
     * Gives deliveries back. The first of repeated requests decides.
     *
     * @param partition the partition
     * @param nacks the deliveries and what becomes of the jobs
     * @return for each true if the delivery was given back, by this request or, unless the job was claimed or changed since, before;
     *     false if it does not stand
     */
    CompletionStage<Answers<Boolean>> nack(Partition partition, List<Nack> nacks);

    /**
     * Puts the end of visibility timeouts to another time, sooner or later.
     *
     * @param partition the partition
     * @param receipts the deliveries
     * @param visibility for how long from now, in [1 ms, {@link JobStore#GREATEST_VISIBILITY}]
     * @return for each true if the delivery stands, and its visibility timeout counts from some moment after the sending of this
     *     request; false if it does not stand
     */
    CompletionStage<Answers<Boolean>> extend(Partition partition, List<Receipt> receipts, Duration visibility);

    /**
     * Cancels jobs that no consumer has. Dead letters are not found.
     *
     * @param partition the partition
     * @param ids the jobs
     * @return for each {@link ChangeOutcome#DONE} also if it was cancelled before, within the retry horizon
     */
    CompletionStage<Answers<ChangeOutcome>> cancel(Partition partition, List<String> ids);

    /**
     * Gives jobs that no consumer has another due time; one that waits for its retry keeps its attempts. To run a job now is
     * {@link Due.In} zero.
     *
     * @param partition the partition
     * @param changes the jobs and their due times
     * @return what became of each
     */
    CompletionStage<Answers<ChangeOutcome>> reschedule(Partition partition, List<Reschedule> changes);

    /**
     * Makes jobs of dead letters again: due now, with all attempts, a new time to live and no dedup key.
     *
     * @param partition the partition
     * @param ids the dead letters
     * @return for each true if a job of that id waits or is in flight now; false if there is neither that nor a dead letter
     */
    CompletionStage<Answers<Boolean>> respawn(Partition partition, List<String> ids);

    /**
     * Removes dead letters.
     *
     * @param partition the partition
     * @param ids the dead letters
     * @return for each true if this request removed it
     */
    CompletionStage<Answers<Boolean>> purge(Partition partition, List<String> ids);

    /**
     * Finds jobs by their ids. Changes nothing. Dead letters are not found.
     *
     * @param partition the partition
     * @param ids the jobs, 1 to {@link JobStore#GREATEST_BATCH}
     * @return for each what is known of it
     */
    CompletionStage<List<Optional<JobView>>> find(Partition partition, List<String> ids);

    /**
     * Shows the jobs that are visible next. Changes nothing.
     *
     * @param partition the partition
     * @param most how many, in [1, {@link JobStore#GREATEST_BATCH}]
     * @return jobs, the one visible earliest first
     */
    CompletionStage<List<JobView>> peek(Partition partition, int most);

    /**
     * Goes through all jobs, in no order. A job that is there from the first page to the last is found at least once; others
     * may be found or not. Changes nothing.
     *
     * @param partition the partition
     * @param cursor {@link Page#FIRST}, or what the page before has given
     * @param most about how many, in [1, {@link JobStore#GREATEST_BATCH}]; a page may hold more or fewer
     * @return a page
     */
    CompletionStage<Page<JobView>> scan(Partition partition, String cursor, int most);

    /**
     * Goes through all dead letters, as {@link #scan} does through jobs.
     *
     * @param partition the partition
     * @param cursor {@link Page#FIRST}, or what the page before has given
     * @param most about how many, in [1, {@link JobStore#GREATEST_BATCH}]
     * @return a page
     */
    CompletionStage<Page<DeadLetter>> deadLetters(Partition partition, String cursor, int most);

    /**
     * Counts what a partition holds. Changes nothing.
     *
     * @param partition the partition
     * @return the counts
     */
    CompletionStage<PartitionStats> stats(Partition partition);

    /**
     * Stops or resumes claims, for all clients. What is in flight goes on and can be answered.
     *
     * @param partition the partition
     * @param paused true to stop, false to resume
     * @return the head afterwards
     */
    CompletionStage<Head> pause(Partition partition, boolean paused);

    /**
     * Looks at a partition. Changes nothing.
     *
     * @param partition the partition
     * @return its state
     */
    CompletionStage<PartitionState> look(Partition partition);

    /**
     * Says that a consumer is there, and looks at the partition.
     *
     * @param partition the partition
     * @param presence who, and whether it accepts jobs
     * @return the partition's state afterwards
     */
    CompletionStage<PartitionState> announce(Partition partition, Presence presence);

    /**
     * Begins to tell the listener of sooner heads of a partition. Until the stage has ended messages may be missed.
     *
     * @param partition the partition
     * @return ends when messages come
     */
    CompletionStage<Void> watch(Partition partition);

    /**
     * Ends what {@link #watch} has begun. A message that is under way may still come.
     *
     * @param partition the partition
     */
    void unwatch(Partition partition);

    /** Frees what this session holds in the client. Deliveries are left to their timeouts. Does not block for long. */
    @Override
    void close();
}
