package dev.pawl.idgen;

import dev.pawl.common.Ticker;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** A wall clock that the test sets. */
public final class TestTime extends Clock {

    private final AtomicLong millis;
    private final AtomicReference<Runnable> beforeReading = new AtomicReference<>(() -> {});

    public TestTime(Instant start) {
        this.millis = new AtomicLong(start.toEpochMilli());
    }

    public void move(Duration by) {
        millis.addAndGet(by.toMillis());
    }

    /** Runs something else in the middle of the next call that looks at the clock. */
    public void beforeNextReading(Runnable action) {
        beforeReading.set(action);
    }

    /** A clock that is a millisecond further each time it is read, so that a wait for it ends. */
    public Clock running() {
        return new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                throw new UnsupportedOperationException();
            }

            @Override
            public Instant instant() {
                return Instant.ofEpochMilli(millis());
            }

            @Override
            public long millis() {
                return millis.getAndIncrement();
            }
        };
    }

    @Override
    public long millis() {
        beforeReading.getAndSet(() -> {}).run();
        return millis.get();
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

    /** A ticker on which time passes only by being asked: each reading is a millisecond later. */
    public static Ticker impatient() {
        AtomicLong nanos = new AtomicLong();
        return () -> nanos.getAndAdd(1_000_000);
    }
}
