package dev.pawl.idgen.snowflake;

import dev.pawl.common.CoordinationException;
import dev.pawl.idgen.Guarantee;
import dev.pawl.idgen.Guarantee.Level;
import dev.pawl.idgen.IdListener;
import dev.pawl.idgen.spi.WorkerLeaseStore;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Holds a generator's present lease: one for life if the worker id is fixed, else one that is renewed. Thread-safe. */
interface LeaseKeeper {

    WorkerLease lease();

    /** Asks for a renewal now, since a caller has reached the limit. */
    void renewSoon();

    /** Why the lease was not renewed last time, if it was not. */
    @Nullable
    CoordinationException failure();

    Guarantee guarantee();

    boolean isClosed();

    void close();

    /** How a generator comes to its lease. */
    interface Opening {
        LeaseKeeper open(SnowflakeGeneratorBuilder builder, TickClock clock, IdListener listener);
    }

    static LeaseKeeper open(SnowflakeGeneratorBuilder builder, TickClock clock, IdListener listener) {
        WorkerIds workerIds = builder.workerIds;
        WorkerLeaseStore store = workerIds.store();
        if (store == null) {
            return new Fixed(workerIds.workerId().orElseThrow(), clock, builder.maxAhead);
        }
        requireShort(builder.maxAhead, clock);
        LeaseCalls calls = new LeaseCalls(store, workerIds.space(), builder.ticker);
        LeaseTerms terms = new LeaseTerms(workerIds, clock, builder.ticker, builder.maxAhead);
        return new Leased(store, LeaseRenewal.start(calls, terms, builder.maxWait, listener, WheelThread::new));
    }

    /** Or a lease that is renewed in time would look free to others, who take one that ends within maxAhead. */
    private static void requireShort(int maxAhead, TickClock clock) {
        Duration ahead = clock.layout.tickLength().multipliedBy(maxAhead);
        Duration greatest = WorkerIds.LEAST_WINDOW.dividedBy(3);
        if (ahead.compareTo(greatest) > 0) {
            throw new IllegalArgumentException("maxAhead must be at most " + greatest
                    + " with a leased worker id: maxAhead=" + maxAhead + ", tickLength=" + clock.layout.tickLength());
        }
    }

    /** A worker id by the operator's word. */
    final class Fixed implements LeaseKeeper {

        private final WorkerLease lease;
        private volatile boolean closed;

        /** Starts behind what an instance before this one may have borrowed, so that a quick restart repeats nothing. */
        Fixed(int workerId, TickClock clock, int maxAhead) {
            if (workerId > clock.layout.maxWorkerId()) {
                throw new IllegalArgumentException(
                        "workerId must be in [0, " + clock.layout.maxWorkerId() + "]: workerId=" + workerId);
            }
            this.lease = new WorkerLease(
                    workerId, clock.endOf(clock.requireNow() + maxAhead), clock.endOf(clock.layout.maxTick()));
        }

        @Override
        public WorkerLease lease() {
            return lease;
        }

        @Override
        public void renewSoon() {
            // The lease lasts as long as the layout.
        }

        @Override
        public @Nullable CoordinationException failure() {
            return null;
        }

        @Override
        public Guarantee guarantee() {
            return new Guarantee(Level.CONFIGURED, "whoever has worker id " + lease.workerId + " by configuration");
        }

        @Override
        public boolean isClosed() {
            return closed;
        }

        @Override
        public void close() {
            closed = true;
            lease.seal();
        }
    }

    /** A worker id leased in a store. */
    final class Leased implements LeaseKeeper {

        private final WorkerLeaseStore store;
        private final LeaseRenewal renewal;
        private final ReentrantLock closing = new ReentrantLock();
        private volatile boolean closed;

        Leased(WorkerLeaseStore store, LeaseRenewal renewal) {
            this.store = store;
            this.renewal = renewal;
        }

        @Override
        public WorkerLease lease() {
            return renewal.lease();
        }

        @Override
        public void renewSoon() {
            renewal.soon();
        }

        @Override
        public @Nullable CoordinationException failure() {
            return renewal.failure();
        }

        @Override
        public Guarantee guarantee() {
            return store.guarantee();
        }

        @Override
        public boolean isClosed() {
            return closed;
        }

        @Override
        public void close() {
            closing.lock(); // whoever closes second returns no sooner than the first
            try {
                if (!closed) {
                    closed = true;
                    renewal.stop();
                }
            } finally {
                closing.unlock();
            }
        }
    }
}
