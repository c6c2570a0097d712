package dev.pawl.idgen.snowflake;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The right to issue ids of one worker id up to a limit, and the last packed number issued ({@code tick << sequenceBits |
 * sequence}). The limit only rises. Once sealed, no number is ever issued under this lease again.
 */
final class WorkerLease {

    /** Above every limit, and one below the largest long, so that one more does not overflow into a fresh tick. */
    static final long SEALED = Long.MAX_VALUE - 1;

    final int workerId;
    final AtomicLong last;

    /** The greatest packed number that may be issued. */
    private volatile long limit;

    /**
     * Makes a lease.
     *
     * @param workerId the worker id
     * @param lastUsed the packed number below the first that may be issued
     * @param limit the greatest packed number that may be issued
     */
    WorkerLease(int workerId, long lastUsed, long limit) {
        this.workerId = workerId;
        this.last = new AtomicLong(lastUsed);
        this.limit = limit;
    }

    long limit() {
        return limit;
    }

    boolean isSealed() {
        return last.get() >= SEALED;
    }

    void raiseLimit(long newLimit) {
        limit = Math.max(limit, newLimit);
    }

    /** Stops all issuing; returns the last number issued, or {@link #SEALED} if it was sealed before. */
    long seal() {
        return last.getAndSet(SEALED);
    }
}
