package dev.pawl.idgen.snowflake;

import dev.pawl.common.Ticker;
import dev.pawl.idgen.spi.WorkerRecord;
import java.time.Duration;
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
    private final long startNanos;
    private final UUID incarnation = UUID.randomUUID();

    LeaseTerms(WorkerIds workerIds, TickClock clock, Ticker ticker, int maxAhead) {
        this.clock = clock;
        this.ticker = ticker;
        this.maxAhead = maxAhead;
        this.hint = workerIds.workerId();
        this.greatestWindow = workerIds.window();
        this.startNanos = ticker.nanos();
    }

    TickClock clock() {
        return clock;
    }

    Ticker ticker() {
        return ticker;
    }

    LeaseChoice choice() {
        return new LeaseChoice(clock.layout, clock.requireNow(), maxAhead, hint, incarnation);
    }

    /** The instance's age, between the least window and what was configured. */
    Duration window() {
        Duration age = Duration.ofNanos(ticker.nanos() - startNanos);
        Duration earned = age.compareTo(WorkerIds.LEAST_WINDOW) < 0 ? WorkerIds.LEAST_WINDOW : age;
        return earned.compareTo(greatestWindow) < 0 ? earned : greatestWindow;
    }

    /** The record with a window ahead of the clock, if a third of the window is used up. */
    Optional<WorkerRecord> raised(WorkerRecord record) {
        long now = clock.requireNow();
        Duration window = window();
        long ticks = window.dividedBy(clock.layout.tickLength());
        long to = Math.min(clock.layout.maxTick(), now + ticks);
        boolean due = record.toTick() - now <= ticks - ticks / 3;
        return due && to > record.toTick() ? Optional.of(record.withToTick(to, window)) : Optional.empty();
    }
}
