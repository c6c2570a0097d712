package dev.pawl.delay.spi;

/** What became of one job of an {@link EnqueueRequest}. */
public enum EnqueueOutcome {
    /** It was taken, by this request or by one that this one repeats. */
    TAKEN,
    /** It was taken in place of the job that had its dedup key. A repetition is answered {@link #TAKEN}. */
    REPLACED,
    /**
     * It was not taken: another request's job of this id waits, is in flight or is dead, or one with its dedup key stays. Nothing is kept
     * of it, so that the same request may be taken later.
     */
    DUPLICATE,
    /** It was not taken, since the partition has reached a limit. The same request may be taken later. */
    FULL
}
