package dev.pawl.idgen.segment;

import dev.pawl.idgen.IdSpaceExhaustedException;
import dev.pawl.idgen.spi.ResetPeriod;
import dev.pawl.idgen.spi.ResetPeriod.Period;
import dev.pawl.idgen.spi.SegmentDemand;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Which of a tag's numbers are good now: all of them, or those of the period that the clock is in. A period that has begun
 * stays: neither a clock that is set back nor one behind another instance's returns to an earlier one. Thread-safe.
 */
final class Periods {

    /** Of a tag that is never reset. */
    static final Period EVER = new Period(1, Long.MAX_VALUE, Instant.MAX);

    private final @Nullable ResetPeriod reset;
    private final Clock clock;
    private final AtomicReference<Period> latest;

    Periods(@Nullable ResetPeriod reset, Clock clock) {
        this.reset = reset;
        this.clock = clock;
        this.latest = new AtomicReference<>(reset == null ? EVER : reset.at(clock.instant()));
    }

    /** The latest period that has begun, by a look at the clock. */
    Period now() {
        Period known = latest.get();
        return reset == null || !hasEnded(known) ? known : begin(atClock(reset));
    }

    boolean isNow(Period period) {
        return reset == null || period.first() == now().first();
    }

    /** The latest period that a look at the clock, or a store, has told of. */
    Period latest() {
        return latest.get();
    }

    /** Goes on in the period that a mark lies in, if that is later than the one asked for. */
    boolean beginAtMark(long mark, Period asked) {
        if (reset == null) {
            return false;
        }
        try {
            Period later = reset.of(mark);
            return later.first() > asked.first() && begin(later).first() > asked.first();
        } catch (IllegalArgumentException noDate) {
            return false;
        }
    }

    SegmentDemand demand(String tag, long step, Period period) {
        return reset == null ? SegmentDemand.of(tag, step) : SegmentDemand.within(tag, step, reset, period);
    }

    private boolean hasEnded(Period period) {
        return clock.millis() >= period.end().toEpochMilli();
    }

    private Period atClock(ResetPeriod kind) {
        try {
            return kind.at(clock.instant());
        } catch (IllegalArgumentException e) {
            throw new IdSpaceExhaustedException("a clock must be in a period of this kind: " + e.getMessage());
        }
    }

    private Period begin(Period begun) {
        return latest.accumulateAndGet(begun, (known, other) -> known.first() < other.first() ? other : known);
    }
}
