package dev.pawl.idgen.segment;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.common.Deadline;
import dev.pawl.common.Ticker;
import dev.pawl.idgen.Guarantee;
import dev.pawl.idgen.IdGenerator;
import dev.pawl.idgen.IdListener;
import dev.pawl.idgen.IdRun;
import dev.pawl.idgen.segment.SegmentChain.Unused;
import dev.pawl.idgen.spi.SegmentStore;
import dev.pawl.idgen.spi.SegmentTag;
import java.time.Duration;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plain numbers from ranges that a {@link SegmentStore} reserves, one after the other. An id at hand costs one atomic
 * addition; the next segment is fetched in the background long before the current one ends, and its length follows the
 * demand. When both are used up, callers wait for the store with a deadline.
 *
 * <p>Ids increase strictly over all threads of this generator; those of several instances on one tag interleave by
 * segment. A crash leaves a gap of at most two segments, a lost reply one of one; {@link #close()} leaves none as long as
 * nobody else reserved meanwhile, no cursor held a block and no run skipped the rest of a segment. A range at or below one that this instance was granted before is refused with
 * {@link dev.pawl.idgen.StoreWentBackException}; a store that goes back while no instance runs cannot be seen.
 *
 * <p>Prior art: Meituan's Leaf (double buffer) and CosId's SegmentChainId.
 */
public final class SegmentGenerator implements IdGenerator {

    private static final Logger LOG = LoggerFactory.getLogger(SegmentGenerator.class);
    private static final long NONE = -1;

    private final SegmentChain chain;
    private final SegmentStore store;
    private final String tag;
    private final StepPolicy steps;
    private final Duration maxWait;
    private final Ticker ticker;

    private SegmentGenerator(Builder builder) {
        this.store = builder.store;
        this.tag = builder.tag;
        this.steps = new StepPolicy(builder.floor, builder.ceiling, builder.targetDuration);
        this.maxWait = builder.maxWait;
        this.ticker = builder.ticker;
        this.chain = new SegmentChain(store, tag, steps, ticker, builder.listener.guarded(), SegmentChain.ATTEMPT);
        CompletableFuture<?> unused = chain.demand(1);
    }

    /**
     * Starts the configuration of a generator.
     *
     * @param store where ranges come from; it stays the caller's and is not closed by the generator
     * @param tag the tag, which must have been created in the store before the first id is taken
     * @return a builder with defaults for everything else
     */
    public static Builder builder(SegmentStore store, String tag) {
        return new Builder(store, tag);
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
        if (offset < segment.length) {
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
            segment = chain.current();
            long offset = segment.usedUp() ? segment.length : segment.getAndIncrement();
            if (offset < segment.length) {
                prefetchBehind(segment, offset);
                return segment.first + offset;
            }
        } while (chain.advance(segment));
        return NONE;
    }

    private void prefetchBehind(Segment segment, long offset) {
        if (offset >= segment.quickBound) {
            segment.quickBound = segment.length;
            if (!chain.isClosed()) {
                CompletableFuture<?> unused = chain.demand(1);
            }
        }
    }

    private long waitForOne(Deadline deadline) {
        while (true) {
            waitForMore(1, deadline);
            long id = takeOne();
            if (id != NONE) {
                return id;
            }
        }
    }

    @Override
    public OptionalLong tryNextId(Duration wait) {
        long id = takeOne();
        if (id != NONE) {
            return OptionalLong.of(id);
        }
        try {
            return OptionalLong.of(waitForOne(Deadline.after(wait, ticker)));
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
                waitForMore(ids.length - filled, deadline);
                filled = fill(ids, filled);
            } while (filled < ids.length);
        }
    }

    /** Fills the array from an index on with ids that are at hand, and returns the index behind the last. */
    private int fill(long[] ids, int from) {
        int filled = from;
        while (filled < ids.length) {
            Segment segment = chain.current();
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
        if (count < 1 || count > steps.ceiling()) {
            throw new IllegalArgumentException("count must be in [1, " + steps.ceiling() + "]: count=" + count);
        }
        Deadline deadline = Deadline.after(maxWait, ticker);
        while (true) {
            Segment segment = chain.current();
            long offset = segment.get();
            if (segment.length - offset >= count) {
                if (segment.compareAndSet(offset, offset + count)) {
                    prefetchBehind(segment, offset + count - 1);
                    return new Interval(segment.first + offset, count);
                }
            } else if (!chain.advanceFor(count, segment)) {
                waitForMore(count, deadline);
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
        return moreWithin(1, deadline).thenCompose(more -> {
            long id = takeOne();
            return id != NONE ? CompletableFuture.completedFuture(id) : idWithin(deadline);
        });
    }

    private CompletableFuture<long[]> fillWithin(long[] ids, int from, Deadline deadline) {
        return moreWithin(ids.length - from, deadline).thenCompose(more -> {
            int filled = fill(ids, from);
            return filled == ids.length ? CompletableFuture.completedFuture(ids) : fillWithin(ids, filled, deadline);
        });
    }

    /** Returns as soon as it is worth trying again, and throws when it is not: the store refused, or the time is over. */
    private void waitForMore(long least, Deadline deadline) {
        CompletableFuture<@Nullable Void> more = chain.demand(Math.min(least, steps.ceiling()));
        boolean inTime = more.isDone() || ends(more, deadline);
        requireNoRefusal();
        if (!inTime) {
            throw late();
        }
    }

    /** Waits without heeding interrupts, which are kept for the caller; returns whether the future ended in time. */
    private static boolean ends(CompletableFuture<?> future, Deadline deadline) {
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

    /** As {@link #waitForMore}. A wait goes on in the common pool, so that no callback holds up the JDK's timer thread. */
    private CompletableFuture<@Nullable Void> moreWithin(long least, Deadline deadline) {
        CompletableFuture<@Nullable Void> more = chain.demand(Math.min(least, steps.ceiling()));
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

    /**
     * Makes a cursor for one thread, which takes blocks of this generator's ids: several times faster, and in order
     * within its thread only.
     *
     * @param blockSize how many ids it takes at once, from 1 to the step's ceiling; what is left of a block when its
     *     thread ends is a gap
     * @return a cursor that is not thread-safe
     */
    public SegmentCursor cursor(int blockSize) {
        if (blockSize < 1 || blockSize > steps.ceiling()) {
            throw new IllegalArgumentException(
                    "blockSize must be in [1, " + steps.ceiling() + "]: blockSize=" + blockSize);
        }
        return new SegmentCursor(this, blockSize);
    }

    /** Gives the cursor a run of ids from one segment, shorter than wanted at its end. */
    void takeBlock(int wanted, SegmentCursor taker) {
        Deadline deadline = Deadline.after(maxWait, ticker);
        while (true) {
            Segment segment = chain.current();
            long offset = segment.usedUp() ? segment.length : segment.getAndAdd(wanted);
            if (offset < segment.length) {
                long taken = Math.min(wanted, segment.length - offset);
                prefetchBehind(segment, offset + taken - 1);
                taker.block(segment.first + offset, taken);
                return;
            }
            if (!chain.advance(segment)) {
                waitForMore(wanted, deadline);
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
        Deadline deadline = Deadline.after(maxWait, ticker);
        ends(chain.stop(), deadline);
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

    /** The configuration of a {@link SegmentGenerator}. Not thread-safe. */
    public static final class Builder {

        private final SegmentStore store;
        private final String tag;
        private long floor = 1_000;
        private long ceiling = 10_000_000;
        private Duration targetDuration = Duration.ofSeconds(10);
        private Duration maxWait = Duration.ofSeconds(2);
        private Ticker ticker = Ticker.system();
        private IdListener listener = IdListener.NONE;

        private Builder(SegmentStore store, String tag) {
            this.store = Objects.requireNonNull(store, "store");
            this.tag = SegmentTag.requireName(tag);
        }

        /**
         * Sets the shortest segment to ask for, which is also the first.
         *
         * @param ids from 1 to 10^12; 1,000 if not set
         * @return this
         */
        public Builder floor(long ids) {
            this.floor = ids;
            return this;
        }

        /**
         * Sets the longest segment to ask for.
         *
         * @param ids from the floor to 10^12; 10,000,000 if not set
         * @return this
         */
        public Builder ceiling(long ids) {
            this.ceiling = ids;
            return this;
        }

        /**
         * Sets how long a segment should last, which the step is sized by.
         *
         * @param duration from 1 ms to a day; 10 s if not set
         * @return this
         */
        public Builder targetDuration(Duration duration) {
            this.targetDuration = duration;
            return this;
        }

        /**
         * Sets how long a call without a time of its own waits for the store, and {@code close()} too.
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
         * Makes the generator and asks for its first segment, without waiting for it.
         *
         * @return the generator; close it after use
         * @throws IllegalArgumentException if floor, ceiling and target duration contradict each other
         */
        public SegmentGenerator build() {
            return new SegmentGenerator(this);
        }
    }
}
