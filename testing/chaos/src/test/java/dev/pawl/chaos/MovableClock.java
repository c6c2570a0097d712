package dev.pawl.chaos;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** The machine's wall clock, moved while generators read it. Thread-safe. */
final class MovableClock extends Clock {

    private final Clock system = Clock.systemUTC();
    private volatile Duration shift = Duration.ZERO;

    void move(Duration ahead) {
        shift = ahead;
    }

    @Override
    public Instant instant() {
        return system.instant().plus(shift);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("ids have no zone: zone=" + zone);
    }
}
