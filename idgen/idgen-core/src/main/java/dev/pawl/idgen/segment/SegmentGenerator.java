package dev.pawl.idgen.segment;

import dev.pawl.common.BackendException;
import dev.pawl.common.Deadline;
import dev.pawl.common.Ticker;
import dev.pawl.idgen.Guarantee;
import dev.pawl.idgen.IdGenerator;
import dev.pawl.idgen.IdRun;
import dev.pawl.idgen.segment.SegmentChain.Unused;
import dev.pawl.idgen.spi.ResetPeriod.Period;
import dev.pawl.idgen.spi.SegmentStore;
import java.time.Duration;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plain numbers from ranges that a {@link SegmentStore} reserves, one after the other. An id at hand costs one atomic
 * addition; the next segment is fetched in the background long before the current one ends, and its length follows the
 * demand. When both are used up, callers wait for the store with a deadline.
 *
 * <p>Ids increase strictly over all threads of this generator; those of several instances on one tag interleave by
 * segment. A crash leaves a gap of at most two segments, a lost reply one of one; {@link #close()} leaves none as long as
 * nobody else reserved meanwhile, no cursor held a block and no run skipped the rest of a segment. A range at or below one that this instance was granted
 * before is refused with {@link dev.pawl.idgen.StoreWentBackException}; a store that goes back while no instance runs cannot be seen.
 *
 * <p>With {@link SegmentGeneratorBuilder#reset} the numbers begin again with each day, month or year of a zone, and have its
 * date in front. A call that begins after the end of a period gets no id of it; what is left of it becomes a gap. A clock
 * set back does not return to an earlier period, and once another instance has begun a later one this instance goes on
 * there too. When a period's numbers are used up, {@link dev.pawl.idgen.IdSpaceExhaustedException} follows until it ends.
 *
 * <p>Prior art: Meituan's Leaf (double buffer) and CosId's SegmentChainId.
 */
public final class SegmentGenerator implements IdGenerator {

    private static final Logger LOG = LoggerFactory.getLogger(SegmentGenerator.class);
    private static final long NONE = -1;

    /** A program that ends waits no longer for a store, however patient its callers were. */
    private static final Duration MOST_TO_CLOSE = Duration.ofSeconds(5);

    private final SegmentChain chain;
    private final SegmentWaits waits;
    private final SegmentStore store;
    private final String tag;
    private final long greatestCount;
    private final Duration maxWait;
    private final Ticker ticker;

    SegmentGenerator(SegmentGeneratorBuilder config) {
        this.store = config.store;
        this.tag = config.tag;
        this.greatestCount = config.steps().ceiling();
        this.maxWait = config.maxWait;
        this.ticker = config.ticker;
        this.chain = new SegmentChain(config, SegmentChain.ATTEMPT);
        this.waits = new SegmentWaits(chain, tag, greatestCount);
        CompletableFuture<?> unused = chain.demand(1);
    }

    /**
     * Starts the configuration of a generator.
     *
     * @param store where ranges come from; it stays the caller's and is not closed by the generator
     * @param tag the tag, which must have been created in the store before the first id is taken
     * @return a builder with defaults for everything else
     */
    public static SegmentGeneratorBuilder builder(SegmentStore store, String tag) {
        return new SegmentGeneratorBuilder(store, tag);
    }

    @Override
    public long nextId() {
        Segment segment = chain.current();
        long offset = segment.getAndIncrement();
        if (offset < segment.quickBound) {
            return segment.first + offset;
        }
        return nextIdSlowly(segment, offset);
    }

    private long nextIdSlowly(Segment segment, long offset) {
        if (offset < segment.length && chain.isNow(segment.period)) {
            prefetchBehind(segment, offset);
            return segment.first + offset;
        }
        long id = takeOne();
        return id != NONE ? id : waitForOne(Deadline.after(maxWait, ticker));
    }

    /** Takes an id that is at hand, or none. */
    private long takeOne() {
        Segment segment;
        do {
            segment = chain.usable();
            long offset = segment.usedUp() ? segment.length : segment.getAndIncrement();
            if (offset < segment.length) {
                prefetchBehind(segment, offset);
                return segment.first + offset;
            }
        } while (chain.advance(segment));
        return NONE;
    }

    private void prefetchBehind(Segment segment, long offset) {
        if (segment.isTimeForNext(offset) && !chain.isClosed()) {
            CompletableFuture<?> unused = chain.demand(1);
        }
    }

    private long waitForOne(Deadline deadline) {
        while (true) {
            waits.forMore(1, deadline);
            long id = takeOne();
            if (id != NONE) {
                return id;
            }
        }
    }

    @Override
    public OptionalLong tryNextId(Duration wait) {
        Deadline deadline = Deadline.after(wait, ticker);
        long id = takeOne();
        if (id != NONE) {
            return OptionalLong.of(id);
        }
        try {
            return OptionalLong.of(waitForOne(deadline));
        } catch (BackendException notInTime) {
            return OptionalLong.empty();
        }
    }

    @Override
    public void nextIds(long[] ids) {
        int filled = fill(ids, 0);
        if (filled < ids.length) {
            Deadline deadline = Deadline.after(maxWait, ticker);
            do {
                waits.forMore(ids.length - filled, deadline);
                filled = fill(ids, filled);
            } while (filled < ids.length);
        }
    }

    /** Fills the array from an index on with ids that are at hand, and returns the index behind the last. */
    private int fill(long[] ids, int from) {
        int filled = from;
        while (filled < ids.length) {
            Segment segment = chain.usable();
            int wanted = ids.length - filled;
            long offset = segment.usedUp() ? segment.length : segment.getAndAdd(wanted);
            if (offset < segment.length) {
                int taken = (int) Math.min(wanted, segment.length - offset);
                copy(segment.first + offset, ids, filled, taken);
                filled += taken;
                prefetchBehind(segment, offset + taken - 1);
            } else if (!chain.advance(segment)) {
                break;
            }
        }
        return filled;
    }

    static void copy(long first, long[] ids, int from, int count) {
        for (int i = 0; i < count; i++) {
            ids[from + i] = first + i;
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>The ids are consecutive numbers. What is left of a segment that is too short for them is skipped and becomes a
     * gap. The count's bound is the step's ceiling.
     */
    @Override
    public IdRun reserve(int count) {
        if (count < 1 || count > greatestCount) {
            throw new IllegalArgumentException("count must be in [1, " + greatestCount + "]: count=" + count);
        }
        Deadline deadline = Deadline.after(maxWait, ticker);
        while (true) {
            Segment segment = chain.usable();
            long offset = segment.get();
            if (segment.length - offset >= count) {
                if (segment.compareAndSet(offset, offset + count)) {
                    prefetchBehind(segment, offset + count - 1);
                    return new Interval(segment.first + offset, count);
                }
            } else if (!chain.advanceFor(count, segment)) {
                waits.forMore(count, deadline);
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

    @Override
    public CompletableFuture<long[]> nextIdsAsync(long[] ids) {
        try {
            int filled = fill(ids, 0);
            return filled == ids.length
                    ? CompletableFuture.completedFuture(ids)
                    : fillWithin(ids, filled, Deadline.after(maxWait, ticker));
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private CompletableFuture<Long> idWithin(Deadline deadline) {
        return waits.moreWithin(1, deadline).thenCompose(more -> {
            long id = takeOne();
            return id != NONE ? CompletableFuture.completedFuture(id) : idWithin(deadline);
        });
    }

    private CompletableFuture<long[]> fillWithin(long[] ids, int from, Deadline deadline) {
        return waits.moreWithin(ids.length - from, deadline).thenCompose(more -> {
            int filled = fill(ids, from);
            return filled == ids.length ? CompletableFuture.completedFuture(ids) : fillWithin(ids, filled, deadline);
        });
    }

    /**
     * Makes a cursor for one thread, which takes blocks of this generator's ids: several times faster, and in order
     * within its thread only.
     *
     * @param blockSize how many ids it takes at once, from 1 to the step's ceiling; what is left of a block when its
     *     thread ends is a gap
     * @return a cursor that is not thread-safe
     */
    public SegmentCursor cursor(int blockSize) {
        if (blockSize < 1 || blockSize > greatestCount) {
            throw new IllegalArgumentException(
                    "blockSize must be in [1, " + greatestCount + "]: blockSize=" + blockSize);
        }
        return new SegmentCursor(this, blockSize);
    }

    boolean isNow(Period period) {
        return chain.isNow(period);
    }

    /** Gives the cursor a run of ids from one segment, shorter than wanted at its end. */
    void takeBlock(int wanted, SegmentCursor taker) {
        Deadline deadline = Deadline.after(maxWait, ticker);
        while (true) {
            Segment segment = chain.usable();
            long offset = segment.usedUp() ? segment.length : segment.getAndAdd(wanted);
            if (offset < segment.length) {
                long taken = Math.min(wanted, segment.length - offset);
                prefetchBehind(segment, offset + taken - 1);
                taker.block(segment.first + offset, taken, segment.period);
                return;
            }
            if (!chain.advance(segment)) {
                waits.forMore(wanted, deadline);
            }
        }
    }

    /**
     * Returns the generator's figures for meters.
     *
     * @return the figures of this moment
     */
    public SegmentStats stats() {
        return chain.stats();
    }

    @Override
    public Guarantee guarantee() {
        return store.guarantee();
    }

    @Override
    public void close() {
        Duration wait = maxWait.compareTo(MOST_TO_CLOSE) < 0 ? maxWait : MOST_TO_CLOSE;
        Deadline deadline = Deadline.after(wait, ticker);
        SegmentWaits.ends(chain.stop(), deadline);
        Unused unused = chain.takeUnused();
        if (unused != null && !unused.isEmpty()) {
            giveBack(unused, deadline);
        }
    }

    private void giveBack(Unused unused, Deadline deadline) {
        try {
            store.giveBack(tag, unused.range(), unused.lastUsed())
                    .toCompletableFuture()
                    .get(Math.max(0, deadline.remainingNanos()), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            LOG.warn("Interrupted while unused ids were given back, which may leave a gap: tag={}", tag);
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            LOG.warn("The store did not take the unused ids back, which leaves a gap: tag={}", tag, e);
        }
    }

    /** Consecutive numbers. */
    private record Interval(long first, int size) implements IdRun {

        @Override
        public long get(int index) {
            return first + Objects.checkIndex(index, size);
        }

        @Override
        public void fill(long[] ids) {
            Objects.checkFromIndexSize(0, size, ids.length);
            copy(first, ids, 0, size);
        }
    }
}
