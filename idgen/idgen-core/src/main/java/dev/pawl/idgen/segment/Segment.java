package dev.pawl.idgen.segment;

import dev.pawl.idgen.spi.Reservation.Range;

/**
 * One reserved range, and the counter of how much of it is used. It counts offsets, not ids: it runs past the end when
 * callers find the segment used up, and past every end once it is sealed, and neither may overflow.
 */
final class Segment extends PaddedCounter {

    private static final long serialVersionUID = 1L;

    /** Above every offset, and low enough that no number of late callers overflows it. */
    private static final long SEALED = 1L << 62;

    final transient Range range;
    final long first;
    final long length;

    /**
     * Offsets below need no more thought than this one comparison: at first a tenth of the length, so that the next segment
     * is asked for, then the length.
     */
    volatile long quickBound;

    Segment(Range range) {
        this(range, range.last() - range.first() + 1);
    }

    private Segment(Range range, long length) {
        this.range = range;
        this.first = range.first();
        this.length = length;
        this.quickBound = length / 10;
    }

    /** Makes the segment that a generator has before its first. */
    static Segment empty() {
        return new Segment(new Range(1, 1, 0), 0);
    }

    boolean usedUp() {
        return get() >= length;
    }

    long used() {
        return Math.min(get(), length);
    }

    /** Takes what is left away from all callers. */
    void skipRest() {
        getAndAccumulate(length, Math::max);
    }

    /** Takes what is left away from all callers, for ever; returns how many ids were used. */
    long seal() {
        return Math.min(getAndSet(SEALED), length);
    }
}
