package dev.pawl.testkit;

import dev.pawl.delay.memory.InMemoryJobStore;
import dev.pawl.delay.spi.JobStore;
import java.time.Duration;
import java.time.Instant;

/** Delayed jobs within one process meet the kit, on a clock that stands still until it is moved. */
final class InMemoryJobStoreTest extends JobStoreTck {

    private final ManualClock clock = ManualClock.startingAt(Instant.parse("2026-02-03T04:05:06.789123Z"));
    private final InMemoryJobStore lasting = new InMemoryJobStore(clock, LONG);

    @Override
    protected JobStore open(Duration retryHorizon) {
        return retryHorizon.equals(LONG) ? lasting : new InMemoryJobStore(clock, retryHorizon);
    }

    @Override
    protected void pass(Duration time) {
        clock.advance(time);
    }

    @Override
    protected boolean setBack(Duration step) {
        clock.setInstant(clock.instant().minus(step));
        return true;
    }
}
