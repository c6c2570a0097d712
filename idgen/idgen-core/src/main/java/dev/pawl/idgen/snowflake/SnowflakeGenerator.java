package dev.pawl.idgen.snowflake;

import dev.pawl.common.CoordinationException;
import dev.pawl.common.Deadline;
import dev.pawl.common.Ticker;
import dev.pawl.idgen.ClockSkewException;
import dev.pawl.idgen.Guarantee;
import dev.pawl.idgen.IdGenerator;
import dev.pawl.idgen.IdListener;
import dev.pawl.idgen.IdRun;
import dev.pawl.idgen.layout.IdLayout;
import java.time.Duration;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

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
    private final int maxCausalAhead;
    private final LeaseKeeper keeper;
    private final SnowflakeWaiting waiting;

    SnowflakeGenerator(SnowflakeGeneratorBuilder builder) {
        this.layout = builder.layout;
        this.clock = new TickClock(layout, builder.clock);
        this.ticker = builder.ticker;
        this.maxAhead = builder.maxAhead;
        this.maxWait = builder.maxWait;
        this.maxCausalAhead = builder.requireCausalAhead();
        IdListener listener = builder.listener.guarded();
        this.keeper = builder.keeper.open(builder, clock, listener);
        this.waiting = new SnowflakeWaiting(clock, keeper, maxAhead, builder.clockPolicy, listener);
    }

    /**
     * Starts the configuration of a generator.
     *
     * @param workerIds where its worker id comes from
     * @return a builder with defaults for everything else
     */
    public static SnowflakeGeneratorBuilder builder(WorkerIds workerIds) {
        return new SnowflakeGeneratorBuilder(workerIds);
    }

    @Override
    public long nextId() {
        long id = takeOne();
        if (id != NONE) {
            return id;
        }
        Deadline deadline = Deadline.after(maxWait, ticker);
        do {
            waiting.pause(1, deadline);
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

    /**
     * Returns an id that is larger than one that the caller has seen, from whatever worker: what is written because of
     * something gets the larger id. Waits like {@link #nextId()}.
     *
     * <p>Where this worker's ids of the seen one's tick are smaller, the id is of the next tick; so a dialogue of several
     * workers sustains about one exchange per tick. An id too far ahead is refused before anything is taken, so that one bad
     * id does not drag others into the future. Source: hybrid logical clocks (Kulkarni et al., 2014), with the clock in the
     * id.
     *
     * @param seen an id of this layout
     * @return a larger id
     * @throws IllegalArgumentException if {@code seen} cannot be an id of this layout
     * @throws IllegalStateException if the tick is not the layout's highest field, or the generator is closed
     * @throws dev.pawl.idgen.ClockSkewException if it is more than {@code maxCausalAhead} ticks ahead of this clock
     * @throws CoordinationException if there is no id in time
     */
    public long nextIdAfter(long seen) {
        requireCausal(seen);
        long id = takeOneAfter(seen);
        if (id == NONE) {
            Deadline deadline = Deadline.after(maxWait, ticker);
            do {
                waiting.pause(distanceTo(seen), deadline);
                id = takeOneAfter(seen);
            } while (id == NONE);
        }
        return id;
    }

    /**
     * As {@link #nextIdAfter}, without ever blocking the caller.
     *
     * @param seen an id of this layout
     * @return the id, or the exception that {@link #nextIdAfter} would throw
     */
    public CompletableFuture<Long> nextIdAfterAsync(long seen) {
        try {
            requireCausal(seen);
            return idAfterWithin(seen, Deadline.after(maxWait, ticker));
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private CompletableFuture<Long> idAfterWithin(long seen, Deadline deadline) {
        long id = takeOneAfter(seen);
        return id != NONE
                ? CompletableFuture.completedFuture(id)
                : waiting.pauseAsync(distanceTo(seen), deadline).thenCompose(paused -> idAfterWithin(seen, deadline));
    }

    /**
     * Returns how far ahead of this clock the id may be that {@link #nextIdAfter} is given.
     *
     * @return ticks
     */
    public int maxCausalAhead() {
        return maxCausalAhead;
    }

    /** How many numbers it takes from the next one until there is an id above the seen one. */
    private long distanceTo(long seen) {
        WorkerLease lease = keeper.lease();
        long next = clock.successor(lease.last.get(), clock.now());
        return Math.max(1, clock.above(seen, lease.workerId) - next + 1);
    }

    private void requireCausal(long seen) {
        if (!layout.isTimeOrdered()) {
            throw new IllegalStateException("tick must be the highest field for causal ids: layout=" + layout);
        }
        if (seen < 0 || seen > layout.maxId()) {
            throw new IllegalArgumentException("seen must be in [0, " + layout.maxId() + "]: seen=" + seen);
        }
    }

    /** As {@link #takeOne}; looks at the seen id before it takes anything. */
    private long takeOneAfter(long seen) {
        while (true) {
            WorkerLease lease = keeper.lease();
            long last = lease.last.get();
            long tick = clock.now();
            long ahead = clock.tickOf(layout.packedOf(seen)) - tick;
            if (ahead > maxCausalAhead) {
                throw new ClockSkewException("an id that was seen must be at most " + maxCausalAhead
                        + " ticks ahead: ahead=" + ahead + ", seen=" + seen + ", tickLength=" + layout.tickLength());
            }
            long next = clock.successor(last, tick);
            if (next <= lease.limit() && layout.idOf(next, lease.workerId) <= seen) {
                next = clock.above(seen, lease.workerId);
            }
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
        Deadline deadline = Deadline.after(wait, ticker);
        long id = takeOne();
        while (id == NONE) {
            waiting.requireHope(1);
            if (deadline.expired()) {
                return OptionalLong.empty();
            }
            waiting.park(deadline);
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
            waiting.pause(1, deadline);
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
                waiting.pause(count, deadline);
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
        return waiting.pauseAsync(1, deadline).thenCompose(paused -> {
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
                : waiting.pauseAsync(1, deadline).thenCompose(paused -> fillWithin(ids, filled, deadline));
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
        return waiting.aheadTicks();
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
}
