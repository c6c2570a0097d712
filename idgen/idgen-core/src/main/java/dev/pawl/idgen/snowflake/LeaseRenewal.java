package dev.pawl.idgen.snowflake;

import dev.pawl.common.BackendException;
import dev.pawl.common.CoordinationException;
import dev.pawl.common.Ticker;
import dev.pawl.idgen.IdEvent;
import dev.pawl.idgen.IdListener;
import dev.pawl.idgen.StoreWentBackException;
import dev.pawl.idgen.WorkerLeaseLostException;
import dev.pawl.idgen.spi.WorkerRecord;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * Why two owners cannot collide. An owner issues only ticks in [fromTick, limit] of its record as the store acknowledged
 * it. Every change is a compare-and-set on the revision, and a new owner's fromTick is the old record's toTick + 1. So if
 * A still believes in a record that B has replaced, A's limit is at most that record's toTick: below everything of B's.
 * A's own attempts to raise it fail, since the revision has moved on.
 *
 *   A   revision 1   [100, 3100]        B takes over at revision 2   [3101, 6101]
 *       A wakes up: may go on to 3100; its renewal expects revision 1 and is refused: the lease is lost
 *
 * Two rules keep that true. A renewal whose outcome is unknown does not raise the limit: the next one either succeeds, and
 * then the unknown one never will, or is refused, and the record is read back. A stop seals first and lowers toTick afterwards to what was issued, so nothing is issued above the mark it writes.
 */

/**
 * Renews the lease of one generator's worker id in the background, and replaces it when it was lost. All of it happens on
 * one thread of its own; generators only read the lease.
 */
final class LeaseRenewal {

    private static final Logger LOG = LoggerFactory.getLogger(LeaseRenewal.class);
    private static final Duration PERIOD = WorkerIds.LEAST_WINDOW.dividedBy(3);
    private static final Duration STOP = LeaseCalls.TIMEOUT.multipliedBy(2);
    private static final Duration REST_AFTER_ATTEMPT = Duration.ofMillis(50);

    private final LeaseCalls calls;
    private final LeaseTerms terms;
    private final TickClock clock;
    private final Ticker ticker;
    private final IdListener listener;

    private final AtomicReference<WorkerLease> lease;
    private final LeaseThread thread;
    private final AtomicBoolean soon = new AtomicBoolean();
    private volatile long lastAttemptNanos;
    private volatile @Nullable CoordinationException failure;

    /** The record as the store last acknowledged it. */
    private WorkerRecord record;

    private boolean lost;
    private volatile boolean stopped;

    private LeaseRenewal(
            LeaseCalls calls, LeaseTerms terms, WorkerRecord record, IdListener listener, LeaseThread thread) {
        this.calls = calls;
        this.terms = terms;
        this.clock = terms.clock();
        this.ticker = terms.ticker();
        this.listener = listener;
        this.record = record;
        this.lease = new AtomicReference<>(
                new WorkerLease(record.workerId(), clock.endOf(record.fromTick() - 1), clock.endOf(record.toTick())));
        this.lastAttemptNanos = ticker.nanos();
        this.thread = thread;
    }

    /** Leases a worker id, which blocks, and renews the lease from then on, on a thread that begins then. */
    static LeaseRenewal start(
            LeaseCalls calls, LeaseTerms terms, Duration wait, IdListener listener, Supplier<LeaseThread> threads) {
        WorkerRecord record = calls.take(terms, wait);
        listener.on(new IdEvent.LeaseRenewed(record.workerId(), record.toTick()));
        LeaseRenewal renewal = new LeaseRenewal(calls, terms, record, listener, threads.get());
        renewal.thread.repeat(PERIOD, renewal::renew);
        return renewal;
    }

    WorkerLease lease() {
        return lease.get();
    }

    @Nullable
    CoordinationException failure() {
        return failure;
    }

    /** Renews out of turn, since a caller has reached the limit; not more often than the store can bear. */
    void soon() {
        if (ticker.nanos() - lastAttemptNanos > REST_AFTER_ATTEMPT.toNanos() && soon.compareAndSet(false, true)) {
            try {
                thread.soon(this::renew);
            } catch (RejectedExecutionException stopped) {
                LOG.debug("No renewal after the stop: workerId={}", lease().workerId);
            }
        }
    }

    void renew() {
        try {
            if (lost) {
                replace();
            } else {
                raise();
            }
            failure = null;
        } catch (CoordinationException e) {
            failure = e;
            listener.on(new IdEvent.StoreFailed(e));
        } catch (RuntimeException e) {
            failure = new BackendException(
                    "renewing a lease failed: workerId=" + record.workerId(), BackendException.Outcome.UNKNOWN, e);
            LOG.warn("Renewing a worker id's lease failed: workerId={}", record.workerId(), e);
        } finally {
            lastAttemptNanos = ticker.nanos();
            soon.set(false);
        }
    }

    private void raise() {
        if (!terms.isDue(record)) {
            return;
        }
        Optional<WorkerRecord> raised = terms.raised(record, terms.nowBeside(calls));
        if (raised.isPresent()) {
            if (calls.compareAndSet(Optional.of(record), raised.get())) {
                acknowledged(raised.get());
            } else {
                readBack();
            }
        }
    }

    private void readBack() {
        Optional<WorkerRecord> found = calls.read(record.workerId());
        long revision = found.map(WorkerRecord::revision).orElse(0L);
        if (revision < record.revision()) {
            listener.on(new IdEvent.StoreWentBack(record.revision(), revision));
            LOG.error(
                    "A worker's record went back: workerId={}, revision={}, acknowledged={}",
                    record.workerId(),
                    revision,
                    record.revision());
            throw new StoreWentBackException("a worker's record must not go back: workerId=" + record.workerId()
                    + ", revision=" + revision + ", acknowledged=" + record.revision());
        }
        if (found.get().incarnation().equals(record.incarnation())) {
            acknowledged(found.get());
        } else {
            lost = true;
            LOG.warn("The lease of a worker id was lost: workerId={}, then={}", record.workerId(), terms.lossPolicy());
            listener.on(new IdEvent.LeaseLost(record.workerId()));
            replace();
        }
    }

    private void acknowledged(WorkerRecord newest) {
        record = newest;
        lease.get().raiseLimit(clock.endOf(newest.toTick()));
        listener.on(new IdEvent.LeaseRenewed(newest.workerId(), newest.toTick()));
    }

    /** Leases another worker id, and goes on behind the last tick so that ids still increase; or gives up. */
    private void replace() {
        if (terms.lossPolicy() == LeaseLossPolicy.FAIL) {
            lease.get().seal();
            throw new WorkerLeaseLostException("a worker id's lease must not be lost: workerId=" + record.workerId());
        }
        WorkerRecord fresh = calls.take(terms, Duration.ZERO);
        long last = lease.get().seal();
        if (last == WorkerLease.SEALED) {
            return;
        }
        record = fresh;
        lost = false;
        long start = Math.max(clock.endOf(fresh.fromTick() - 1), clock.endOf(clock.tickOf(last)));
        lease.set(new WorkerLease(fresh.workerId(), start, clock.endOf(fresh.toTick())));
        if (stopped) { // set before the stop's own seal, which may have met the old lease
            lease.get().seal();
        }
        listener.on(new IdEvent.LeaseRenewed(fresh.workerId(), fresh.toTick()));
    }

    /** Seals the lease, writes the exact mark, and ends the thread. Blocks for the time of two calls to the store at most. */
    void stop() {
        try {
            thread.end(this::release, STOP);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            LOG.warn(
                    "Interrupted before the mark was written; the worker id stays taken for its window: workerId={}",
                    lease().workerId);
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn(
                    "The mark was not written; the worker id stays taken for its window: workerId={}",
                    lease().workerId,
                    e);
        } finally {
            stopped = true;
            lease().seal();
        }
    }

    private void release() {
        long last = lease.get().seal();
        if (last == WorkerLease.SEALED || lost) {
            return;
        }
        Optional<WorkerRecord> found = calls.read(record.workerId());
        if (found.isPresent() && found.get().incarnation().equals(record.incarnation())) {
            long mark = Math.max(clock.tickOf(last), found.get().fromTick() - 1);
            if (mark < found.get().toTick()) {
                calls.compareAndSet(
                        found, found.get().withToTick(mark, found.get().window()));
            }
        }
    }
}
