package dev.pawl.idgen.snowflake;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.common.CoordinationException;
import dev.pawl.common.Deadline;
import dev.pawl.common.LimitExceededException;
import dev.pawl.idgen.ClockMovedBackException;
import dev.pawl.idgen.IdEvent;
import dev.pawl.idgen.IdListener;
import dev.pawl.idgen.IdSpaceExhaustedException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * What a caller does who found no id at hand: looks why there is none, tells whoever should know, and waits a little or
 * gives up. Thread-safe; nothing here is on the path of an id that is at hand.
 */
final class SnowflakeWaiting {

    private final TickClock clock;
    private final LeaseKeeper keeper;
    private final int maxAhead;
    private final ClockPolicy policy;
    private final IdListener listener;

    /** Reported whenever a caller waits at the bound: made once, so that not even that allocates. */
    private final IdEvent borrowed;

    SnowflakeWaiting(TickClock clock, LeaseKeeper keeper, int maxAhead, ClockPolicy policy, IdListener listener) {
        this.clock = clock;
        this.keeper = keeper;
        this.maxAhead = maxAhead;
        this.policy = policy;
        this.listener = listener;
        this.borrowed = new IdEvent.Borrowed(maxAhead);
    }

    /** Waits a little for a bound to move, or throws if it will not, or not in time. */
    void pause(long count, Deadline deadline) {
        requireHope(count);
        requireTime(count, deadline);
        park(deadline);
    }

    /** An interrupt would end every park at once: it is put aside for the caller. */
    void park(Deadline deadline) {
        boolean interrupted = Thread.interrupted();
        LockSupport.parkNanos(this, Math.min(pauseNanos(), deadline.remainingNanos()));
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    CompletableFuture<?> pauseAsync(long count, Deadline deadline) {
        requireHope(count);
        requireTime(count, deadline);
        return CompletableFuture.runAsync(
                () -> {}, CompletableFuture.delayedExecutor(pauseNanos(), TimeUnit.NANOSECONDS));
    }

    private void requireTime(long count, Deadline deadline) {
        if (deadline.expired()) {
            throw late(count);
        }
    }

    /**
     * Until half of maxAhead is free again, since waking up for every tick costs more than the ids do; but at least 1 ms
     * and at most 50, since clocks are set. A lease that is over is asked after every 20 ms.
     */
    private long pauseNanos() {
        if (keeper.lease().isSealed() || leaseEndsWithin(1)) {
            return TimeUnit.MILLISECONDS.toNanos(20);
        }
        long tick = clock.tickOf(keeper.lease().last.get()) + 1 - maxAhead + maxAhead / 2;
        long millis = Math.max(1, Math.min(50, clock.millisUntil(tick)));
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }

    /** Tells why there are not so many ids now to whoever should know, and throws if waiting cannot help. */
    void requireHope(long count) {
        if (keeper.isClosed()) {
            throw new IllegalStateException("generator must be open: workerId=" + keeper.lease().workerId);
        }
        long tick = clock.now();
        if (tick > clock.layout.maxTick()) {
            listener.on(new IdEvent.Exhausted(clock.layout.maxId()));
            throw new IdSpaceExhaustedException("a layout has no ids after its end of life: endOfLife="
                    + clock.layout.endOfLife() + ", now=" + clock.layout.startOf(tick));
        }
        long behind = clock.tickOf(keeper.lease().last.get()) - tick;
        if (keeper.lease().isSealed() || leaseEndsWithin(count)) {
            keeper.renewSoon();
            CoordinationException failure = keeper.failure();
            if (failure != null && !(failure instanceof BackendException)) {
                throw failure; // an answer, and not one that waiting changes
            }
        } else if (behind > maxAhead) {
            listener.on(new IdEvent.ClockMovedBack(clock.layout.tickLength().multipliedBy(behind)));
            if (behind > 2L * maxAhead && policy == ClockPolicy.FAIL) {
                throw clockMovedBack(behind);
            }
        } else {
            listener.on(borrowed);
        }
    }

    private boolean leaseEndsWithin(long count) {
        WorkerLease lease = keeper.lease();
        long first = clock.successor(lease.last.get(), clock.now());
        return first > lease.limit() || lease.limit() - first < count - 1;
    }

    private CoordinationException late(long count) {
        long behind = aheadTicks();
        if (keeper.lease().isSealed() || leaseEndsWithin(count)) {
            return new BackendException(
                    "the worker id's lease must be renewed in time: workerId=" + keeper.lease().workerId,
                    Outcome.UNKNOWN,
                    keeper.failure());
        }
        return behind > maxAhead
                ? clockMovedBack(behind)
                : new LimitExceededException("demand must stay below 2^" + clock.layout.sequenceBits() + " ids per "
                        + clock.layout.tickLength() + ": maxAhead=" + maxAhead + ", workerId="
                        + keeper.lease().workerId);
    }

    private ClockMovedBackException clockMovedBack(long behind) {
        return new ClockMovedBackException(
                "the clock must not be behind the last id by more than maxAhead ticks: behind=" + behind + ", maxAhead="
                        + maxAhead + ", tickLength=" + clock.layout.tickLength());
    }

    /** How far the last id is ahead of the clock. */
    long aheadTicks() {
        return clock.tickOf(keeper.lease().last.get()) - clock.now();
    }
}
