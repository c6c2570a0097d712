package dev.pawl.idgen.segment;

import dev.pawl.idgen.spi.Reservation.Range;
import dev.pawl.idgen.spi.ResetPeriod.Period;

/**
 * One reserved range, and the counter of how much of it is used. It counts offsets, not ids: it runs past the end when
 * callers find the segment used up, and past every end once it is sealed, and neither may overflow.
 */
final class Segment extends PaddedCounter {

    private static final long serialVersionUID = 1L;

    /** Above every offset, and low enough that no number of late callers overflows it. */
    private static final long SEALED = 1L << 62;

    final transient Range range;

    /** The period that the numbers belong to, outside of which they are not given. */
    final transient Period period;

    final long first;
    final long length;

    /**
     * Offsets below need no more thought than this one comparison: at first a tenth of the length, so that the next segment
     * is asked for, then the length. None do where the clock has to be looked at.
     */
    volatile long quickBound;

    private volatile boolean nextAskedFor;

    Segment(Range range, Period period) {
        this(range, period, range.last() - range.first() + 1);
    }

    private Segment(Range range, Period period, long length) {
        this.range = range;
        this.period = period;
        this.first = range.first();
        this.length = length;
        this.quickBound = period.equals(Periods.EVER) ? length / 10 : 0;
    }

    /** Makes the segment that a generator has before its first. */
    static Segment empty() {
        return new Segment(new Range(1, 1, 0), Periods.EVER, 0);
    }

    /** Whether it is time to ask for the next segment: behind the first tenth, once. */
    boolean isTimeForNext(long offset) {
        if (nextAskedFor || offset < length / 10) {
            return false;
        }
        nextAskedFor = true;
        quickBound = period.equals(Periods.EVER) ? length : 0;
        return true;
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
