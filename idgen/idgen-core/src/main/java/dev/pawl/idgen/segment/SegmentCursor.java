package dev.pawl.idgen.segment;

import dev.pawl.idgen.spi.ResetPeriod.Period;

/**
 * One thread's own blocks of a {@link SegmentGenerator}'s ids: an id costs no atomic operation but for one in a block.
 * <strong>Not thread-safe</strong>: it belongs to one thread at a time. Ids increase within the cursor; between cursors
 * there is no order. They are unique like the generator's. A block that was begun may be finished after the generator
 * was closed; then calls fail with {@link IllegalStateException}. What is left of a block when its period has ended is
 * skipped.
 */
public final class SegmentCursor {

    private final SegmentGenerator generator;
    private final int blockSize;
    private long next;
    private long end;
    private Period period = Periods.EVER;

    /** Ids below need no more thought than this one comparison; none do where the clock has to be looked at. */
    private long quickEnd;

    SegmentCursor(SegmentGenerator generator, int blockSize) {
        this.generator = generator;
        this.blockSize = blockSize;
    }

    /**
     * Returns the next id of this cursor. Waits for a block like {@link SegmentGenerator#nextId()}.
     *
     * @return an id larger than all before it from this cursor
     * @throws dev.pawl.common.CoordinationException if there is no block in time
     * @throws IllegalStateException if the generator is closed and the block used up
     */
    public long nextId() {
        long id = next;
        if (id < quickEnd) {
            next = id + 1;
            return id;
        }
        fetchIfUsedUp();
        return next++;
    }

    /**
     * Fills the array with this cursor's next ids; waits like {@link #nextId()}.
     *
     * @param ids the array to fill
     * @throws dev.pawl.common.CoordinationException if there are not enough in time; the ids taken are lost
     * @throws IllegalStateException if the generator is closed and the block used up
     */
    public void nextIds(long[] ids) {
        int filled = 0;
        while (filled < ids.length) {
            fetchIfUsedUp();
            int taken = (int) Math.min(ids.length - filled, end - next);
            SegmentGenerator.copy(next, ids, filled, taken);
            next += taken;
            filled += taken;
        }
    }

    private void fetchIfUsedUp() {
        if (next == end || !generator.isNow(period)) {
            generator.takeBlock(blockSize, this);
        }
    }

    void block(long first, long length, Period of) {
        next = first;
        end = first + length;
        period = of;
        quickEnd = of.equals(Periods.EVER) ? end : first;
    }
}
