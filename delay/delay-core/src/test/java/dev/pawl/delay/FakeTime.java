package dev.pawl.delay;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Both clocks of a process and its timers, which stand still until a test moves them. */
final class FakeTime implements Timers {

    private static final class Entry {
        long due;
        Runnable task;
        boolean cancelled;
    }

    private final List<Entry> entries = new ArrayList<>();
    private long monotonic = 7;
    private long wallNanos = 1_000_000_000_000_000L;

    long monotonic() {
        return monotonic;
    }

    Clock wall() {
        return new Clock() {
            @Override
            public long millis() {
                return wallNanos / 1_000_000;
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
        };
    }

    /** Lets time pass, with the timers that are due in it. */
    void pass(Duration time) {
        long end = monotonic + time.toNanos();
        while (true) {
            Entry next = entries.stream()
                    .filter(entry -> entry.due <= end)
                    .min(Comparator.comparingLong(entry -> entry.due))
                    .orElse(null);
            if (next == null) {
                move(end - monotonic);
                return;
            }
            move(Math.max(0, next.due - monotonic));
            entries.remove(next);
            if (!next.cancelled) {
                next.task.run();
            }
        }
    }

    /** Sets the wall clock, or lets it go on while the machine is suspended. */
    void moveWall(Duration by) {
        wallNanos += by.toNanos();
    }

    private void move(long nanos) {
        monotonic += nanos;
        wallNanos += nanos;
    }

    /** How many timers wait. */
    long timers() {
        return entries.stream().filter(entry -> !entry.cancelled).count();
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        Entry entry = new Entry();
        entry.due = monotonic + Math.max(0, delayNanos);
        entry.task = task;
        entries.add(entry);
        return () -> entry.cancelled = true;
    }
}
