package dev.pawl.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What a store's wall clock showed, by the clock that all processes share, as nanoseconds since 1970. Where it was being moved it may have shown
 * the time before or after. For use by one thread.
 */
final class StoreTime {

    private final long epoch;
    private final List<Span> spans = new ArrayList<>();

    private record Span(long from, long to, long shift) {}

    /** A clock that shows a time at a reading. */
    StoreTime(long epochNanos, long nanos) {
        epoch = epochNanos - nanos;
        spans.add(new Span(Long.MIN_VALUE, Long.MAX_VALUE, 0));
    }

    /** It was moved between two readings. */
    void moved(long begun, long done, Duration ahead) {
        Span last = spans.remove(spans.size() - 1);
        spans.add(new Span(last.from, done, last.shift));
        spans.add(new Span(begun, Long.MAX_VALUE, ahead.toNanos()));
    }

    /** The latest time that it may have shown between two readings. */
    long greatest(long from, long to) {
        return epoch
                + spans.stream()
                        .filter(span -> span.from <= to && span.to >= from)
                        .mapToLong(span -> Math.min(span.to, to) + span.shift)
                        .max()
                        .orElseThrow();
    }

    /** The earliest time that it may have shown between two readings. */
    long least(long from, long to) {
        return epoch
                + spans.stream()
                        .filter(span -> span.from <= to && span.to >= from)
                        .mapToLong(span -> Math.max(span.from, from) + span.shift)
                        .min()
                        .orElseThrow();
    }
}
