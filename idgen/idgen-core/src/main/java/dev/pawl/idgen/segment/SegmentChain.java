package dev.pawl.idgen.segment;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.common.Backoff;
import dev.pawl.common.Ticker;
import dev.pawl.idgen.IdEvent;
import dev.pawl.idgen.IdListener;
import dev.pawl.idgen.IdSpaceExhaustedException;
import dev.pawl.idgen.StoreWentBackException;
import dev.pawl.idgen.spi.Reservation;
import dev.pawl.idgen.spi.Reservation.Exhausted;
import dev.pawl.idgen.spi.Reservation.Range;
import dev.pawl.idgen.spi.Reservation.UnknownTag;
import dev.pawl.idgen.spi.SegmentStore;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/*
 *   store --reserve--> next --when current is used up--> current --ids--> callers
 *
 * There is one current segment, at most one next, and at most one request under way, which is repeated until the store
 * answers it. The lock guards the switch and the start of a request; nothing waits for a store while holding it, and an
 * id that is at hand does not take it.
 */

/** The segments of one generator: switches to the next, and sees to it that there is one. Thread-safe. */
final class SegmentChain {

    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(20), Duration.ofSeconds(2));

    private final SegmentStore store;
    private final String tag;
    private final StepPolicy steps;
    private final Ticker ticker;
    private final IdListener listener;

    private final ReentrantLock lock = new ReentrantLock();

    private volatile Segment current = Segment.empty();
    private @Nullable Segment next;
    private @Nullable Request request;
    private volatile boolean closed;

    /** The greatest id this instance was ever granted: a store that offers it again has gone back. */
    private long greatestGranted;

    /** Why the store last answered no; asked again after a while only, since an answer is not likely to change. */
    private volatile @Nullable RuntimeException refusal;

    private long refusedNanos;

    /** Why the store last failed to answer. */
    private volatile @Nullable BackendException failure;

    private long retiredIds;
    private long step;
    private long idsAtLastRequest;
    private long lastRequestNanos;

    SegmentChain(SegmentStore store, String tag, StepPolicy steps, Ticker ticker, IdListener listener) {
        this.store = store;
        this.tag = tag;
        this.steps = steps;
        this.ticker = ticker;
        this.listener = listener;
        this.step = steps.floor();
    }

    /** One request for a segment, which may take several attempts. Guarded by the lock but for what is final. */
    private static final class Request {
        /** The end of the attempt under way: a new one each time, or waiters that gave up would pile up on it. */
        CompletableFuture<@Nullable Void> attempt = new CompletableFuture<>();

        final long step;
        final long startNanos;
        int failures;

        Request(long step, long startNanos) {
            this.step = step;
            this.startNanos = startNanos;
        }
    }

    Segment current() {
        return current;
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
        lock.lock();
        try {
            requireOpen();
            long nowNanos = ticker.nanos();
            if (request != null) {
                return request.attempt;
            }
            if (next != null || wasRefusedJustNow(nowNanos)) {
                return CompletableFuture.completedFuture(null);
            }
            started = new Request(Math.max(least, nextStep(nowNanos)), nowNanos);
            request = started;
            attempt = started.attempt;
        } finally {
            lock.unlock();
        }
        ask(started);
        return attempt;
    }

    private boolean wasRefusedJustNow(long nowNanos) {
        return refusal != null && nowNanos - refusedNanos < BACKOFF.greatest().toNanos();
    }

    private long nextStep(long nowNanos) {
        long ids = retiredIds + current.used();
        if (greatestGranted > 0) {
            step = steps.next(ids - idsAtLastRequest, nowNanos - lastRequestNanos, step);
        }
        idsAtLastRequest = ids;
        lastRequestNanos = nowNanos;
        return step;
    }

    private void ask(Request asked) {
        try {
            store.reserve(tag, asked.step).whenComplete((reservation, error) -> answered(asked, reservation, error));
        } catch (RuntimeException e) {
            answered(asked, null, e);
        }
    }

    private void answered(Request asked, @Nullable Reservation reservation, @Nullable Throwable error) {
        if (error != null || reservation == null) {
            failed(asked, error);
            return;
        }
        IdEvent event;
        CompletableFuture<@Nullable Void> attempt;
        lock.lock();
        try {
            request = null;
            failure = null;
            event = accept(reservation, asked);
            attempt = asked.attempt;
        } finally {
            lock.unlock();
        }
        listener.on(event);
        attempt.complete(null);
    }

    private IdEvent accept(Reservation reservation, Request asked) {
        if (reservation instanceof Exhausted exhausted) {
            refuse(new IdSpaceExhaustedException(
                    "a tag's ids must not pass its maxId: tag=" + tag + ", maxId=" + exhausted.maxId()));
            return new IdEvent.Exhausted(exhausted.maxId());
        }
        if (reservation instanceof UnknownTag) {
            IllegalStateException unknown =
                    new IllegalStateException("the tag must have been created before: tag=" + tag);
            refuse(unknown);
            return new IdEvent.StoreFailed(unknown);
        }
        Range range = (Range) reservation;
        if (range.first() <= greatestGranted) {
            refuse(new StoreWentBackException("a range must lie above those granted before: tag=" + tag + ", first="
                    + range.first() + ", granted=" + greatestGranted));
            return new IdEvent.StoreWentBack(greatestGranted, range.first());
        }
        greatestGranted = range.last();
        refusal = null;
        next = new Segment(range);
        if (!closed && current.usedUp()) {
            switchToNext();
        }
        return new IdEvent.SegmentFetched(
                range.first(), range.last(), Duration.ofNanos(ticker.nanos() - asked.startNanos));
    }

    private void refuse(RuntimeException reason) {
        refusal = reason;
        refusedNanos = ticker.nanos();
    }

    /** Asks again after a while, until there is an answer or the generator is closed. */
    private void failed(Request asked, @Nullable Throwable error) {
        Throwable cause = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
        BackendException reason = cause instanceof BackendException backend
                ? backend
                : new BackendException("reserving a segment failed: tag=" + tag, Outcome.UNKNOWN, cause);
        listener.on(new IdEvent.StoreFailed(reason));
        CompletableFuture<@Nullable Void> attempt;
        int failures;
        lock.lock();
        try {
            failure = reason;
            attempt = asked.attempt;
            asked.attempt = new CompletableFuture<>();
            failures = ++asked.failures;
            if (closed) {
                request = null;
            }
        } finally {
            lock.unlock();
        }
        attempt.complete(null);
        CompletableFuture.delayedExecutor(BACKOFF.delay(failures).toNanos(), TimeUnit.NANOSECONDS)
                .execute(() -> repeat(asked));
    }

    private void repeat(Request asked) {
        if (!closed) {
            ask(asked);
        }
    }

    /** Why waiting cannot help: the store answered, and the answer was no. */
    @Nullable
    RuntimeException refusal() {
        return refusal;
    }

    /** Why the request under way has not been answered yet. */
    @Nullable
    BackendException failure() {
        return failure;
    }

    SegmentStats stats() {
        lock.lock();
        try {
            long used = current.used();
            long ahead = next == null ? 0 : next.length;
            return new SegmentStats(retiredIds + used, current.length - used + ahead, step);
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        return closed;
    }

    /** Refuses all further demands; returns the end of the attempt under way. */
    CompletableFuture<@Nullable Void> stop() {
        lock.lock();
        try {
            closed = true;
            return request == null ? CompletableFuture.completedFuture(null) : request.attempt;
        } finally {
            lock.unlock();
        }
    }

    /** Seals what is left. After {@link #stop()}; returns the newest range and what of it is in use. */
    @Nullable
    Unused seal() {
        lock.lock();
        try {
            Segment sealed = current;
            Segment ahead = next;
            long lastUsed = sealed.first + sealed.seal() - 1;
            next = null;
            if (ahead == null) {
                return sealed.length == 0 ? null : new Unused(sealed.range, lastUsed);
            }
            if (sealed.length > 0 && ahead.first == sealed.range.last() + 1) {
                Range both = new Range(sealed.first, ahead.range.last(), ahead.range.revision());
                return new Unused(both, lastUsed);
            }
            return new Unused(ahead.range, ahead.first - 1);
        } finally {
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
