package dev.pawl.idgen.snowflake;

import dev.pawl.common.CoordinationException;
import dev.pawl.common.Ticker;
import dev.pawl.idgen.IdListener;
import dev.pawl.idgen.layout.IdLayout;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.OptionalInt;

/** The configuration of a {@link SnowflakeGenerator}. Not thread-safe. */
public final class SnowflakeGeneratorBuilder {

    private static final int GREATEST_AHEAD = 1_000_000;

    final WorkerIds workerIds;
    IdLayout layout = IdLayout.SNOWFLAKE;
    Clock clock = Clock.systemUTC();
    Ticker ticker = Ticker.system();
    int maxAhead = 10;
    OptionalInt maxCausalAhead = OptionalInt.empty();
    Duration maxWait = Duration.ofSeconds(2);
    ClockPolicy clockPolicy = ClockPolicy.WAIT;
    IdListener listener = IdListener.NONE;

    /** For tests that keep a lease in their own way. */
    LeaseKeeper.Opening keeper = LeaseKeeper::open;

    SnowflakeGeneratorBuilder(WorkerIds workerIds) {
        this.workerIds = Objects.requireNonNull(workerIds, "workerIds");
    }

    /**
     * Sets the bits of the ids.
     *
     * @param bits the layout; {@link IdLayout#SNOWFLAKE} if not set
     * @return this
     */
    public SnowflakeGeneratorBuilder layout(IdLayout bits) {
        this.layout = Objects.requireNonNull(bits, "bits");
        return this;
    }

    /**
     * Sets the wall clock that ticks are counted on.
     *
     * @param wall the system's in UTC if not set
     * @return this
     */
    public SnowflakeGeneratorBuilder clock(Clock wall) {
        this.clock = Objects.requireNonNull(wall, "wall");
        return this;
    }

    /**
     * Sets the source of durations.
     *
     * @param source the system's if not set
     * @return this
     */
    public SnowflakeGeneratorBuilder ticker(Ticker source) {
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
    public SnowflakeGeneratorBuilder maxAhead(int ticks) {
        if (ticks < 1 || ticks > GREATEST_AHEAD) {
            throw new IllegalArgumentException("maxAhead must be in [1, " + GREATEST_AHEAD + "]: maxAhead=" + ticks);
        }
        this.maxAhead = ticks;
        return this;
    }

    /**
     * Sets how many ticks ahead of the clock an id may be that {@link SnowflakeGenerator#nextIdAfter} is called with: how
     * far the clocks of the workers may be apart.
     *
     * @param ticks from 0 to {@code maxAhead - 1}; {@code maxAhead - 1} if not set
     * @return this
     */
    public SnowflakeGeneratorBuilder maxCausalAhead(int ticks) {
        this.maxCausalAhead = OptionalInt.of(ticks);
        return this;
    }

    int requireCausalAhead() {
        int ticks = maxCausalAhead.orElse(maxAhead - 1);
        if (ticks < 0 || ticks >= maxAhead) {
            throw new IllegalArgumentException(
                    "maxCausalAhead must be in [0, " + (maxAhead - 1) + "]: maxCausalAhead=" + ticks);
        }
        return ticks;
    }

    /**
     * Sets how long a call without a time of its own waits, and {@link #build()} for a worker id. Calls to the lease
     * store have a limit of their own, 2 s each.
     *
     * @param duration from zero to a day; 2 s if not set
     * @return this
     */
    public SnowflakeGeneratorBuilder maxWait(Duration duration) {
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
    public SnowflakeGeneratorBuilder clockPolicy(ClockPolicy whenMovedBack) {
        this.clockPolicy = Objects.requireNonNull(whenMovedBack, "whenMovedBack");
        return this;
    }

    /**
     * Sets who is told what happens.
     *
     * @param told nobody if not set
     * @return this
     */
    public SnowflakeGeneratorBuilder listener(IdListener told) {
        this.listener = Objects.requireNonNull(told, "told");
        return this;
    }

    /**
     * Makes the generator; blocks until a worker id is leased, for about {@code maxWait} and one call to the store at
     * most.
     *
     * @return the generator; close it after use
     * @throws IllegalArgumentException if the worker id is beyond the layout's bounds, {@code maxAhead} is more than
     *     1 s with a leased worker id, {@code maxCausalAhead} is not below {@code maxAhead}, or the layout's epoch lies in
     *     the future
     * @throws CoordinationException if no worker id could be leased: the store failed, all are taken, another layout is
     *     in use in the space, or the layout's life is over
     */
    public SnowflakeGenerator build() {
        return new SnowflakeGenerator(this);
    }
}
