package dev.pawl.idgen.snowflake;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * A host's wall clock as one of its processes reads it. The reader may be held up right behind a reading, which is the
 * moment between the clock and the compare-and-set of a call for ids.
 */
final class SimClock extends Clock {

    private final SimProcess process;

    SimClock(SimProcess process) {
        this.process = process;
    }

    @Override
    public long millis() {
        long millis = process.host.wallMillis();
        process.callers.wereToldTime(millis);
        process.stall();
        return millis;
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(millis());
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException();
    }
}
