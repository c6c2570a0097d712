package dev.pawl.idgen.segment;

import dev.pawl.common.Ticker;
import dev.pawl.idgen.IdListener;
import dev.pawl.idgen.spi.ResetPeriod;
import dev.pawl.idgen.spi.SegmentStore;
import dev.pawl.idgen.spi.SegmentTag;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** The configuration of a {@link SegmentGenerator}. Not thread-safe. */
public final class SegmentGeneratorBuilder {

    final SegmentStore store;
    final String tag;
    private @Nullable ResetPeriod reset;
    private Clock clock = Clock.systemUTC();
    private long floor = 1_000;
    private long ceiling = 10_000_000;
    private Duration targetDuration = Duration.ofSeconds(10);
    Duration maxWait = Duration.ofSeconds(2);
    Ticker ticker = Ticker.system();
    IdListener listener = IdListener.NONE;

    /** Repeats a failed attempt after some nanoseconds; a simulation does it in its own time. */
    LongFunction<Executor> delayed = nanos -> CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS);

    SegmentGeneratorBuilder(SegmentStore store, String tag) {
        this.store = Objects.requireNonNull(store, "store");
        this.tag = SegmentTag.requireName(tag);
    }

    /**
     * Sets the shortest segment to ask for, which is also the first.
     *
     * @param ids from 1 to 10^12; 1,000 if not set
     * @return this
     */
    public SegmentGeneratorBuilder floor(long ids) {
        this.floor = ids;
        return this;
    }

    /**
     * Sets the longest segment to ask for.
     *
     * @param ids from the floor to 10^12; 10,000,000 if not set
     * @return this
     */
    public SegmentGeneratorBuilder ceiling(long ids) {
        this.ceiling = ids;
        return this;
    }

    /**
     * Sets how long a segment should last, which the step is sized by.
     *
     * @param duration from 1 ms to a day; 10 s if not set
     * @return this
     */
    public SegmentGeneratorBuilder targetDuration(Duration duration) {
        this.targetDuration = duration;
        return this;
    }

    /**
     * Sets how long a call without a time of its own waits for the store, and {@code close()} too.
     *
     * @param duration from zero to a day; 2 s if not set
     * @return this
     */
    public SegmentGeneratorBuilder maxWait(Duration duration) {
        if (duration.isNegative() || duration.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("maxWait must be in [0, 1 d]: maxWait=" + duration);
        }
        this.maxWait = duration;
        return this;
    }

    /**
     * Sets that ids begin again with each period, as the tag was created. An id then costs a look at the clock, and the
     * first one of a period a call to the store.
     *
     * @param period what the tag was created with; never reset if not set
     * @return this
     */
    public SegmentGeneratorBuilder reset(ResetPeriod period) {
        this.reset = Objects.requireNonNull(period, "period");
        return this;
    }

    /**
     * Sets the clock that says when a period ends.
     *
     * @param source the system's if not set; its zone does not matter, the period has one
     * @return this
     */
    public SegmentGeneratorBuilder clock(Clock source) {
        this.clock = Objects.requireNonNull(source, "source");
        return this;
    }

    /**
     * Sets the source of durations.
     *
     * @param source the system's if not set
     * @return this
     */
    public SegmentGeneratorBuilder ticker(Ticker source) {
        this.ticker = Objects.requireNonNull(source, "source");
        return this;
    }

    /**
     * Sets who is told what happens.
     *
     * @param told nobody if not set
     * @return this
     */
    public SegmentGeneratorBuilder listener(IdListener told) {
        this.listener = Objects.requireNonNull(told, "told");
        return this;
    }

    /**
     * Makes the generator and asks for its first segment, without waiting for it.
     *
     * @return the generator; close it after use
     * @throws IllegalArgumentException if floor, ceiling and target duration contradict each other, or a clock that is to
     *     tell periods is not in the years 1000 to 9998
     */
    public SegmentGenerator build() {
        return new SegmentGenerator(this);
    }

    StepPolicy steps() {
        return new StepPolicy(floor, ceiling, targetDuration);
    }

    Periods periods() {
        return new Periods(reset, clock);
    }
}
