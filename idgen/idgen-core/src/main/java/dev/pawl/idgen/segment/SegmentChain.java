package dev.pawl.idgen.segment;

import dev.pawl.common.BackendException;
import dev.pawl.idgen.segment.SegmentFetch.Receiver;
import dev.pawl.idgen.segment.SegmentFetch.Request;
import dev.pawl.idgen.spi.Reservation.Range;
import dev.pawl.idgen.spi.ResetPeriod.Period;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/*
 *   store --reserve--> next --when current is used up--> current --ids--> callers
 *
 * There is one current segment, at most one next, and at most one request under way, which is repeated until the store
 * answers it. The lock guards the switch and the start of a request; nothing waits for a store while holding it, and an
 * id that is at hand does not take it.
 *
 * A segment whose period has ended is skipped before the next one becomes current, so that no id of the old period is taken
 * once one of the new could be. What was asked for in the old period and comes late is skipped as well.
 */

/** The segments of one generator: switches to the next, and sees to it that there is one. Thread-safe. */
final class SegmentChain {

    /** How long one attempt may take: longer than a store's own limits. */
    static final Duration ATTEMPT = Duration.ofSeconds(15);

    private final String tag;
    private final Periods periods;
    private final SegmentFetch fetch;
    private final ReentrantLock lock = new ReentrantLock();

    private volatile Segment current = Segment.empty();
    private @Nullable Segment next;
    private volatile boolean closed;
    private boolean takenUnused;

    /** The last id of the current segment that was used before the stop. */
    private long lastUsed;

    private long retiredIds;

    SegmentChain(SegmentGeneratorBuilder config, Duration attempt) {
        this.tag = config.tag;
        this.periods = config.periods();
        this.fetch = new SegmentFetch(config, periods, attempt, lock, new Receiver() {
            @Override
            public void take(Segment segment) {
                next = segment;
                if (!closed && current.usedUp()) {
                    switchToNext();
                }
            }

            @Override
            public boolean isClosed() {
                return closed;
            }
        });
    }

    Segment current() {
        return current;
    }

    /**
     * The current segment, after a look at the clock: one whose period has ended is skipped, and so is one that another
     * thread has switched to by an earlier look. One that is used up may be of any period.
     */
    Segment usable() {
        Segment segment = current;
        while (!periods.isNow(segment.period)) {
            skip(segment);
            Segment after = current;
            if (after == segment) {
                break;
            }
            segment = after;
        }
        return segment;
    }

    boolean isNow(Period period) {
        return periods.isNow(period);
    }

    private void skip(Segment ended) {
        lock.lock();
        try {
            if (current == ended) {
                ended.skipRest();
                switchToNext();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Makes the next segment the current one, if the given one, which its caller found used up, is still current.
     *
     * @return whether it is worth looking at {@link #current()} again
     */
    boolean advance(Segment usedUp) {
        lock.lock();
        try {
            requireOpen();
            return current != usedUp || switchToNext();
        } finally {
            lock.unlock();
        }
    }

    /** As {@link #advance}, for a run of ids that must not be torn: what is left and too short is skipped. */
    boolean advanceFor(int count, Segment tooShort) {
        lock.lock();
        try {
            requireOpen();
            if (current != tooShort) {
                return true;
            }
            if (next != null && next.length < count) {
                retiredIds += next.length;
                next = null;
            }
            if (next == null) {
                return false;
            }
            tooShort.skipRest();
            return switchToNext();
        } finally {
            lock.unlock();
        }
    }

    private boolean switchToNext() {
        if (next == null) {
            return false;
        }
        retiredIds += current.length;
        current = next;
        next = null;
        return true;
    }

    /**
     * Asks for the next segment unless there is one, or a request is under way, or was refused just now.
     *
     * @param least the shortest segment of use
     * @return completes, never exceptionally, when it is worth trying again; {@link #refusal()} may tell why it is not
     */
    CompletableFuture<@Nullable Void> demand(long least) {
        Request started;
        CompletableFuture<@Nullable Void> attempt;
        periods.now();
        lock.lock();
        try {
            requireOpen();
            Request underWay = fetch.request();
            if (underWay != null) {
                return underWay.attempt();
            }
            started = next == null ? fetch.begin(least, retiredIds + current.used()) : null;
            if (started == null) {
                return CompletableFuture.completedFuture(null);
            }
            attempt = started.attempt();
        } finally {
            lock.unlock();
        }
        fetch.ask(started);
        return attempt;
    }

    /** Why waiting cannot help: the store answered, and the answer was no. */
    @Nullable
    RuntimeException refusal() {
        return fetch.refusal();
    }

    /** Why the request under way has not been answered yet. */
    @Nullable
    BackendException failure() {
        return fetch.failure();
    }

    SegmentStats stats() {
        lock.lock();
        try {
            long used = current.used();
            long ahead = next == null ? 0 : next.length;
            return new SegmentStats(retiredIds + used, current.length - used + ahead, fetch.step());
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        return closed;
    }

    /** Seals what is left and refuses all further demands; returns the end of the attempt under way. */
    CompletableFuture<@Nullable Void> stop() {
        lock.lock();
        try {
            if (!closed) {
                closed = true;
                lastUsed = current.first + current.seal() - 1;
            }
            return fetch.underWay();
        } finally {
            lock.unlock();
        }
    }

    /** The newest range and what of it is in use, once. After {@link #stop()} and the end of its attempt. */
    @Nullable
    Unused takeUnused() {
        lock.lock();
        try {
            Segment ahead = next;
            next = null;
            if (ahead == null) {
                return takenUnused || current.length == 0 ? null : new Unused(current.range, lastUsed);
            }
            if (current.length > 0 && ahead.first == current.range.last() + 1) {
                Range both = new Range(current.first, ahead.range.last(), ahead.range.revision());
                return new Unused(both, lastUsed);
            }
            return new Unused(ahead.range, ahead.first - 1);
        } finally {
            takenUnused = true;
            lock.unlock();
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("generator must be open: tag=" + tag);
        }
    }

    /** The newest range and the last id of it that is in use. */
    record Unused(Range range, long lastUsed) {

        boolean isEmpty() {
            return lastUsed == range.last();
        }
    }
}
