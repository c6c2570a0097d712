package dev.pawl.idgen.snowflake;

import dev.pawl.idgen.IdSpaceExhaustedException;
import dev.pawl.idgen.layout.IdLayout;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The wall clock in a layout's ticks, and where the sequence of a tick starts: pure arithmetic over the tick but for
 * reading the clock.
 */
final class TickClock {

    /** Start bits: enough to spread over 1,024 shards; two fewer than the sequence has, so that a tick keeps its room. */
    private static final int GREATEST_START_BITS = 10;

    final IdLayout layout;
    private final Clock clock;
    private final int sequenceBits;
    private final long salt;
    private final long startMask;
    private final long afterLast;

    TickClock(IdLayout layout, Clock clock) {
        this.layout = layout;
        this.clock = clock;
        this.sequenceBits = layout.sequenceBits();
        this.afterLast = layout.maxTick() + 1;
        this.salt = ThreadLocalRandom.current().nextLong();
        this.startMask = (1L << Math.max(0, Math.min(GREATEST_START_BITS, sequenceBits - 2))) - 1;
    }

    /** The present tick; negative before the epoch, and one above the last for all time after the end of life. */
    long now() {
        return Math.min(layout.tickAt(clock.millis()), afterLast);
    }

    Instant instant() {
        return clock.instant();
    }

    /** The present tick, if there are ids at this time. */
    long requireNow() {
        return requireTick(clock.instant());
    }

    /** The tick of an instant that this clock showed, if there are ids at that time. */
    long requireTick(Instant instant) {
        long now = Math.min(layout.tickAt(instant.toEpochMilli()), afterLast);
        if (now < 0) {
            throw new IllegalArgumentException(
                    "epoch must not be in the future: epoch=" + layout.epoch() + ", now=" + instant);
        }
        if (now > layout.maxTick()) {
            throw new IdSpaceExhaustedException(
                    "a layout has no ids after its end of life: endOfLife=" + layout.endOfLife() + ", now=" + instant);
        }
        return now;
    }

    /**
     * The number to issue after {@code last} at a tick: the next one, or a start in the present tick if that is later. The
     * start is spread, or callers that come less than once a tick would always get the sequence's first number, and their
     * rows the first shard.
     */
    long successor(long last, long tick) {
        long next = last + 1;
        return next >= tick << sequenceBits ? next : startIn(tick);
    }

    private long startIn(long tick) {
        return (tick << sequenceBits) + (mix(tick ^ salt) & startMask);
    }

    /**
     * A number whose id for a worker lies above an id of any worker: right behind it if that will do, else in the next tick.
     * The seen number plus one will not do for a worker id below the seen one's: tick 100 of worker 3 lies below tick 100 of
     * worker 7, whatever the sequence.
     */
    long above(long seen, int workerId) {
        long packed = layout.packedOf(seen);
        return layout.idOf(packed + 1, workerId) > seen ? packed + 1 : startIn(tickOf(packed) + 1);
    }

    /** The last packed number of a tick. */
    long endOf(long tick) {
        return ((tick + 1) << sequenceBits) - 1;
    }

    long tickOf(long packed) {
        return packed >>> sequenceBits;
    }

    /** Milliseconds from now until a tick begins, less than one if it has begun. */
    long millisUntil(long tick) {
        return layout.startOf(tick).toEpochMilli() - clock.millis();
    }

    /** A bijection in which every input bit reaches every low output bit: the finalizer of MurmurHash3 (Appleby). */
    private static long mix(long value) {
        long z = (value ^ value >>> 33) * 0xff51afd7ed558ccdL;
        z = (z ^ z >>> 33) * 0xc4ceb9fe1a85ec53L;
        return z ^ z >>> 33;
    }
}
