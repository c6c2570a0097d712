package dev.pawl.idgen.snowflake;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.common.CoordinationException;
import dev.pawl.common.Deadline;
import dev.pawl.common.LimitExceededException;
import dev.pawl.common.Ticker;
import dev.pawl.idgen.ClockMovedBackException;
import dev.pawl.idgen.Guarantee;
import dev.pawl.idgen.IdEvent;
import dev.pawl.idgen.IdGenerator;
import dev.pawl.idgen.IdListener;
import dev.pawl.idgen.IdRun;
import dev.pawl.idgen.IdSpaceExhaustedException;
import dev.pawl.idgen.StoreWentBackException;
import dev.pawl.idgen.layout.IdLayout;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/*
 * One word per lease holds tick << s | sequence of the last id. The next one is last + 1, or a start in the present tick
 * if that is larger:
 *
 *   s = 12, tick 7 now, last = 5|004          next = 7|start     the clock has moved on
 *                       last = 7|100          next = 7|101       more demand in the same tick
 *                       last = 7|4095         next = 8|000       the carry borrows a tick from the future
 *                       last = 17|4095        next = 18|000      more than maxAhead = 10 ticks ahead: wait
 *
 * Two bounds stand above it: the lease's limit, which keeps this generator apart from the worker id's next owner, and
 * maxAhead, which keeps ids close to the time they name.
 */

/**
 * Time-ordered ids: tick, worker id and sequence in the bits that an {@link IdLayout} gives them. Costs one clock read and
 * one compare-and-set per id or per batch and takes no lock; {@code nextId} and {@code nextIds} allocate nothing.
 *
 * <p>Unique by the worker id's lease (see {@link WorkerIds}). Strictly increasing over all threads; over a change of the
 * worker id too if the tick is the layout's highest field. There are 2<sup>sequence bits</sup> ids a tick, and up to
 * {@code maxAhead} ticks may be borrowed from the future; beyond that callers wait. A wall clock that is set back by less
 * than that is not noticed by callers; beyond, {@link ClockPolicy} decides. While demand is below half the bound and the
 * sequence is the lowest field, the lowest bits of one caller's ids are flat: {@code id % shards} spreads evenly for
 * powers of two up to 1,024, but for layouts of less than 12 sequence bits up to a quarter of 2<sup>sequence bits</sup>.
 */
public final class SnowflakeGenerator implements IdGenerator {

    private static final long NONE = -1;

    private final IdLayout layout;
    private final TickClock clock;
    private final Ticker ticker;
    private final int maxAhead;
    private final Duration maxWait;
    private final ClockPolicy policy;
    private final IdListener listener;
    private final LeaseKeeper keeper;

    /** Reported whenever a caller waits at the bound: made once, so that not even that allocates. */
    private final IdEvent borrowed;

    private SnowflakeGenerator(Builder builder) {
        this.layout = builder.layout;
        this.clock = new TickClock(layout, builder.clock);
        this.ticker = builder.ticker;
        this.maxAhead = builder.maxAhead;
        this.maxWait = builder.maxWait;
        this.policy = builder.clockPolicy;
        this.listener = builder.listener.guarded();
        this.borrowed = new IdEvent.Borrowed(maxAhead);
        this.keeper = LeaseKeeper.open(builder.workerIds, clock, ticker, maxAhead, maxWait, listener);
    }

    /**
     * Starts the configuration of a generator.
     *
     * @param workerIds where its worker id comes from
     * @return a builder with defaults for everything else
     */
    public static Builder builder(WorkerIds workerIds) {
        return new Builder(workerIds);
    }

    @Override
    public long nextId() {
        long id = takeOne();
        if (id != NONE) {
            return id;
        }
        Deadline deadline = Deadline.after(maxWait, ticker);
        do {
            pause(1, deadline);
            id = takeOne();
        } while (id == NONE);
        return id;
    }

    /** Takes an id if both bounds allow one now. */
    private long takeOne() {
        while (true) {
            WorkerLease lease = keeper.lease();
            long last = lease.last.get();
            long tick = clock.now();
            long next = clock.successor(last, tick);
            if (next > lease.limit() || next > clock.endOf(tick + maxAhead)) {
                return NONE;
            }
            if (lease.last.compareAndSet(last, next)) {
                return layout.idOf(next, lease.workerId);
            }
        }
    }

    @Override
    public OptionalLong tryNextId(Duration wait) {
        long id = takeOne();
        Deadline deadline = Deadline.after(wait, ticker);
        while (id == NONE) {
            requireHope(1);
            if (deadline.expired()) {
                return OptionalLong.empty();
            }
            park(deadline);
            id = takeOne();
        }
        return OptionalLong.of(id);
    }

    @Override
    public void nextIds(long[] ids) {
        int filled = fill(ids, 0);
        if (filled == ids.length) {
            return;
        }
        Deadline deadline = Deadline.after(maxWait, ticker);
        do {
            pause(1, deadline);
            filled = fill(ids, filled);
        } while (filled < ids.length);
    }

    /** Fills the array from an index on as far as both bounds allow now, and returns the index behind the last. */
    private int fill(long[] ids, int from) {
        int filled = from;
        while (filled < ids.length) {
            WorkerLease lease = keeper.lease();
            long last = lease.last.get();
            long tick = clock.now();
            long first = clock.successor(last, tick);
            long greatest = Math.min(lease.limit(), clock.endOf(tick + maxAhead));
            if (first > greatest) { // compared before subtracting, which would overflow behind a sealed lease
                return filled;
            }
            int count = (int) Math.min(greatest - first + 1, ids.length - filled);
            if (lease.last.compareAndSet(last, first + count - 1)) {
                copy(first, lease.workerId, ids, filled, count);
                filled += count;
            }
        }
        return filled;
    }

    private void copy(long first, int workerId, long[] ids, int from, int count) {
        for (int i = 0; i < count; i++) {
            ids[from + i] = layout.idOf(first + i, workerId);
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>The count's bound is {@code maxAhead} ticks' worth of ids. The run consists of consecutive places in consecutive
     * ticks of one worker id.
     */
    @Override
    public IdRun reserve(int count) {
        long most = (long) maxAhead << layout.sequenceBits();
        if (count < 1 || count > most) {
            throw new IllegalArgumentException("count must be in [1, " + most + "]: count=" + count);
        }
        Deadline deadline = Deadline.after(maxWait, ticker);
        while (true) {
            WorkerLease lease = keeper.lease();
            long last = lease.last.get();
            long tick = clock.now();
            long first = clock.successor(last, tick);
            long greatest = Math.min(lease.limit(), clock.endOf(tick + maxAhead));
            if (first > greatest || greatest - first < count - 1) {
                pause(count, deadline);
            } else if (lease.last.compareAndSet(last, first + count - 1)) {
                return new PackedRun(layout, first, count, lease.workerId);
            }
        }
    }

    @Override
    public CompletableFuture<Long> nextIdAsync() {
        try {
            long id = takeOne();
            return id != NONE ? CompletableFuture.completedFuture(id) : idWithin(Deadline.after(maxWait, ticker));
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private CompletableFuture<Long> idWithin(Deadline deadline) {
        return pauseAsync(deadline).thenCompose(paused -> {
            long id = takeOne();
            return id != NONE ? CompletableFuture.completedFuture(id) : idWithin(deadline);
        });
    }

    @Override
    public CompletableFuture<long[]> nextIdsAsync(long[] ids) {
        try {
            return fillWithin(ids, 0, Deadline.after(maxWait, ticker));
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private CompletableFuture<long[]> fillWithin(long[] ids, int from, Deadline deadline) {
        int filled = fill(ids, from);
        return filled == ids.length
                ? CompletableFuture.completedFuture(ids)
                : pauseAsync(deadline).thenCompose(paused -> fillWithin(ids, filled, deadline));
    }

    /** Waits a little for a bound to move, or throws if it will not, or not in time. */
    private void pause(int count, Deadline deadline) {
        requireHope(count);
        requireTime(count, deadline);
        park(deadline);
    }

    /** An interrupt would end every park at once: it is put aside for the caller. */
    private void park(Deadline deadline) {
        boolean interrupted = Thread.interrupted();
        LockSupport.parkNanos(this, Math.min(pauseNanos(), deadline.remainingNanos()));
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private CompletableFuture<?> pauseAsync(Deadline deadline) {
        requireHope(1);
        requireTime(1, deadline);
        return CompletableFuture.runAsync(
                () -> {}, CompletableFuture.delayedExecutor(pauseNanos(), TimeUnit.NANOSECONDS));
    }

    private void requireTime(int count, Deadline deadline) {
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
    private void requireHope(int count) {
        if (keeper.isClosed()) {
            throw new IllegalStateException("generator must be open: workerId=" + workerId());
        }
        long tick = clock.now();
        if (tick > layout.maxTick()) {
            listener.on(new IdEvent.Exhausted(layout.maxId()));
            throw new IdSpaceExhaustedException("a layout has no ids after its end of life: endOfLife="
                    + layout.endOfLife() + ", now=" + layout.startOf(tick));
        }
        long behind = clock.tickOf(keeper.lease().last.get()) - tick;
        if (keeper.lease().isSealed() || leaseEndsWithin(count)) {
            keeper.renewSoon();
            if (keeper.failure() instanceof StoreWentBackException refusal) {
                throw refusal;
            }
        } else if (behind > maxAhead) {
            listener.on(new IdEvent.ClockMovedBack(layout.tickLength().multipliedBy(behind)));
            if (behind > 2L * maxAhead && policy == ClockPolicy.FAIL) {
                throw clockMovedBack(behind);
            }
        } else {
            listener.on(borrowed);
        }
    }

    private boolean leaseEndsWithin(int count) {
        WorkerLease lease = keeper.lease();
        long first = clock.successor(lease.last.get(), clock.now());
        return first > lease.limit() || lease.limit() - first < count - 1;
    }

    private CoordinationException late(int count) {
        long behind = aheadTicks();
        if (keeper.lease().isSealed() || leaseEndsWithin(count)) {
            return new BackendException(
                    "the worker id's lease must be renewed in time: workerId=" + workerId(),
                    Outcome.UNKNOWN,
                    keeper.failure());
        }
        return behind > maxAhead
                ? clockMovedBack(behind)
                : new LimitExceededException("demand must stay below 2^" + layout.sequenceBits() + " ids per "
                        + layout.tickLength() + ": maxAhead=" + maxAhead + ", workerId=" + workerId());
    }

    private ClockMovedBackException clockMovedBack(long behind) {
        return new ClockMovedBackException(
                "the clock must not be behind the last id by more than maxAhead ticks: behind=" + behind + ", maxAhead="
                        + maxAhead + ", tickLength=" + layout.tickLength());
    }

    /**
     * Returns the layout of the ids.
     *
     * @return the layout
     */
    public IdLayout layout() {
        return layout;
    }

    /**
     * Returns the worker id of the ids made now. It changes when a lease is lost.
     *
     * @return the worker id
     */
    public int workerId() {
        return keeper.lease().workerId;
    }

    /**
     * Returns how far the last id is ahead of the clock.
     *
     * @return ticks; negative if the last id lies in the past
     */
    public long aheadTicks() {
        return clock.tickOf(keeper.lease().last.get()) - clock.now();
    }

    /**
     * Returns how long ids go on if the lease is not renewed any more.
     *
     * @return a duration on the wall clock, zero or less if they do not; a fixed worker id's is the layout's life
     */
    public Duration windowRemaining() {
        return layout.tickLength().multipliedBy(clock.tickOf(keeper.lease().limit()) + 1 - clock.now());
    }

    @Override
    public Guarantee guarantee() {
        return keeper.guarantee();
    }

    @Override
    public void close() {
        keeper.close();
    }

    /** Consecutive packed numbers of one worker id. */
    private record PackedRun(IdLayout layout, long first, int size, int workerId) implements IdRun {

        @Override
        public long get(int index) {
            return layout.idOf(first + Objects.checkIndex(index, size), workerId);
        }

        @Override
        public void fill(long[] ids) {
            Objects.checkFromIndexSize(0, size, ids.length);
            for (int i = 0; i < size; i++) {
                ids[i] = layout.idOf(first + i, workerId);
            }
        }
    }

    /** The configuration of a {@link SnowflakeGenerator}. Not thread-safe. */
    public static final class Builder {

        private static final int GREATEST_AHEAD = 1_000_000;

        private final WorkerIds workerIds;
        private IdLayout layout = IdLayout.SNOWFLAKE;
        private Clock clock = Clock.systemUTC();
        private Ticker ticker = Ticker.system();
        private int maxAhead = 10;
        private Duration maxWait = Duration.ofSeconds(2);
        private ClockPolicy clockPolicy = ClockPolicy.WAIT;
        private IdListener listener = IdListener.NONE;

        Builder(WorkerIds workerIds) {
            this.workerIds = Objects.requireNonNull(workerIds, "workerIds");
        }

        /**
         * Sets the bits of the ids.
         *
         * @param bits the layout; {@link IdLayout#SNOWFLAKE} if not set
         * @return this
         */
        public Builder layout(IdLayout bits) {
            this.layout = Objects.requireNonNull(bits, "bits");
            return this;
        }

        /**
         * Sets the wall clock that ticks are counted on.
         *
         * @param wall the system's in UTC if not set
         * @return this
         */
        public Builder clock(Clock wall) {
            this.clock = Objects.requireNonNull(wall, "wall");
            return this;
        }

        /**
         * Sets the source of durations.
         *
         * @param source the system's if not set
         * @return this
         */
        public Builder ticker(Ticker source) {
            this.ticker = Objects.requireNonNull(source, "source");
            return this;
        }

        /**
         * Sets how many ticks ahead of the clock ids may be.
         *
         * @param ticks from 1 to 1,000,000, and for a leased worker id at most 1 s, a third of the shortest window; 10 if not set. With
         *     1 the layout's bound costs about twice the processor time, since callers wake up for every tick
         * @return this
         */
        public Builder maxAhead(int ticks) {
            if (ticks < 1 || ticks > GREATEST_AHEAD) {
                throw new IllegalArgumentException(
                        "maxAhead must be in [1, " + GREATEST_AHEAD + "]: maxAhead=" + ticks);
            }
            this.maxAhead = ticks;
            return this;
        }

        /**
         * Sets how long a call without a time of its own waits, and {@link #build()} for a worker id. Calls to the lease
         * store have a limit of their own, 2 s each.
         *
         * @param duration from zero to a day; 2 s if not set
         * @return this
         */
        public Builder maxWait(Duration duration) {
            if (duration.isNegative() || duration.compareTo(Duration.ofDays(1)) > 0) {
                throw new IllegalArgumentException("maxWait must be in [0, 1 d]: maxWait=" + duration);
            }
            this.maxWait = duration;
            return this;
        }

        /**
         * Sets what to do when the clock was set back further than {@code maxAhead}.
         *
         * @param whenMovedBack {@link ClockPolicy#WAIT} if not set
         * @return this
         */
        public Builder clockPolicy(ClockPolicy whenMovedBack) {
            this.clockPolicy = Objects.requireNonNull(whenMovedBack, "whenMovedBack");
            return this;
        }

        /**
         * Sets who is told what happens.
         *
         * @param told nobody if not set
         * @return this
         */
        public Builder listener(IdListener told) {
            this.listener = Objects.requireNonNull(told, "told");
            return this;
        }

        /**
         * Makes the generator; blocks until a worker id is leased, for about {@code maxWait} and one call to the store at
         * most.
         *
         * @return the generator; close it after use
         * @throws IllegalArgumentException if the worker id is beyond the layout's bounds, {@code maxAhead} is more than
         *     1 s with a leased worker id, or the layout's epoch lies in the future
         * @throws CoordinationException if no worker id could be leased: the store failed, all are taken, another layout is
         *     in use in the space, or the layout's life is over
         */
        public SnowflakeGenerator build() {
            return new SnowflakeGenerator(this);
        }
    }
}
