package dev.pawl.idgen.snowflake;

import dev.pawl.common.Ticker;
import dev.pawl.idgen.ClockSkewException;
import dev.pawl.idgen.spi.WorkerRecord;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/** What one incarnation asks for at this moment: how long a window, which worker id, up to which tick. */
final class LeaseTerms {

    private final TickClock clock;
    private final Ticker ticker;
    private final int maxAhead;
    private final OptionalInt hint;
    private final Duration greatestWindow;
    private final Duration maxSkew;
    private final LeaseLossPolicy lossPolicy;
    private final long startNanos;
    private final UUID incarnation = UUID.randomUUID();

    LeaseTerms(WorkerIds workerIds, TickClock clock, Ticker ticker, int maxAhead) {
        this.clock = clock;
        this.ticker = ticker;
        this.maxAhead = maxAhead;
        this.hint = workerIds.workerId();
        this.greatestWindow = workerIds.window();
        this.maxSkew = workerIds.maxSkew();
        this.lossPolicy = workerIds.lossPolicy();
        this.startNanos = ticker.nanos();
    }

    TickClock clock() {
        return clock;
    }

    Ticker ticker() {
        return ticker;
    }

    LeaseLossPolicy lossPolicy() {
        return lossPolicy;
    }

    LeaseChoice choice(long nowTick) {
        return new LeaseChoice(clock.layout, nowTick, maxAhead, hint, incarnation);
    }

    /**
     * The present tick, held against the store's time. This clock is read before the store is asked: what the answer takes
     * can only make the store look later.
     */
    long nowBeside(LeaseCalls calls) {
        Instant here = clock.instant();
        Optional<Instant> there = calls.time();
        if (there.isPresent() && here.isAfter(there.get().plus(maxSkew))) {
            throw new ClockSkewException("the clock must not be ahead of the store's by more than " + maxSkew
                    + ": ahead=" + Duration.between(there.get(), here) + ", now=" + here);
        }
        return clock.requireTick(here);
    }

    /** The instance's age, between the least window and what was configured. */
    Duration window() {
        Duration age = Duration.ofNanos(ticker.nanos() - startNanos).truncatedTo(ChronoUnit.MILLIS);
        Duration earned = age.compareTo(WorkerIds.LEAST_WINDOW) < 0 ? WorkerIds.LEAST_WINDOW : age;
        return earned.compareTo(greatestWindow) < 0 ? earned : greatestWindow;
    }

    /** Whether a third of the window is used up. */
    boolean isDue(WorkerRecord record) {
        long ticks = ticks(window());
        return record.toTick() - clock.requireNow() <= ticks - ticks / 3;
    }

    /**
     * The record with a window ahead of a tick, if that is further than it reaches. A lease that had run out gets a new
     * incarnation: this process may be a copy, restored from a checkpoint that another copy was restored from too, and of
     * two with one name neither would notice the other.
     */
    Optional<WorkerRecord> raised(WorkerRecord record, long nowTick) {
        Duration window = window();
        long to = Math.min(clock.layout.maxTick(), nowTick + ticks(window));
        if (to <= record.toTick()) {
            return Optional.empty();
        }
        return Optional.of(
                record.toTick() >= nowTick
                        ? record.withToTick(to, window)
                        : record.withToTick(to, window).by(UUID.randomUUID()));
    }

    private long ticks(Duration window) {
        return window.dividedBy(clock.layout.tickLength());
    }
}
