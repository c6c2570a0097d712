package dev.pawl.idgen.segment;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.common.Deadline;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Waits for a chain's next segment, on the caller's thread or without one. Thread-safe. */
final class SegmentWaits {

    private final SegmentChain chain;
    private final String tag;
    private final long greatestCount;

    SegmentWaits(SegmentChain chain, String tag, long greatestCount) {
        this.chain = chain;
        this.tag = tag;
        this.greatestCount = greatestCount;
    }

    /** Returns as soon as it is worth trying again, and throws when it is not: the store refused, or the time is over. */
    void forMore(long least, Deadline deadline) {
        CompletableFuture<@Nullable Void> more = chain.demand(Math.min(least, greatestCount));
        boolean inTime = more.isDone() || ends(more, deadline);
        requireNoRefusal();
        if (!inTime) {
            throw late();
        }
    }

    /** Waits without heeding interrupts, which are kept for the caller; returns whether the future ended in time. */
    static boolean ends(CompletableFuture<?> future, Deadline deadline) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    future.get(Math.max(0, deadline.remainingNanos()), TimeUnit.NANOSECONDS);
                    return true;
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (TimeoutException e) {
                    return false;
                } catch (ExecutionException e) {
                    throw new IllegalStateException("a demand never fails", e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** As {@link #forMore}. A wait goes on in the common pool, so that no callback holds up the JDK's timer thread. */
    CompletableFuture<@Nullable Void> moreWithin(long least, Deadline deadline) {
        CompletableFuture<@Nullable Void> more = chain.demand(Math.min(least, greatestCount));
        if (more.isDone()) {
            requireNoRefusal();
            return more;
        }
        if (deadline.expired()) {
            throw late();
        }
        return more.copy()
                .orTimeout(Math.max(0, deadline.remainingNanos()), TimeUnit.NANOSECONDS)
                .handleAsync((ignored, timeout) -> {
                    requireNoRefusal();
                    if (timeout != null) {
                        throw late();
                    }
                    return null;
                });
    }

    private void requireNoRefusal() {
        RuntimeException refusal = chain.refusal();
        if (refusal != null) {
            throw refusal;
        }
    }

    private BackendException late() {
        return new BackendException("a segment must be had in time: tag=" + tag, Outcome.UNKNOWN, chain.failure());
    }
}
