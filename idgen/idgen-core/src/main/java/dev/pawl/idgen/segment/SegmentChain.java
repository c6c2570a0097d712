package dev.pawl.idgen.segment;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.common.Backoff;
import dev.pawl.common.Ticker;
import dev.pawl.idgen.IdEvent;
import dev.pawl.idgen.IdListener;
import dev.pawl.idgen.StoreWentBackException;
import dev.pawl.idgen.spi.Reservation;
import dev.pawl.idgen.spi.Reservation.Exhausted;
import dev.pawl.idgen.spi.Reservation.Later;
import dev.pawl.idgen.spi.Reservation.Range;
import dev.pawl.idgen.spi.ResetPeriod.Period;
import dev.pawl.idgen.spi.SegmentStore;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 *   store --reserve--> next --when current is used up--> current --ids--> callers
 *
 * There is one current segment, at most one next, and at most one request under way, which is repeated until the store
 * answers it. The lock guards the switch and the start of a request; nothing waits for a store while holding it, and an
 * id that is at hand does not take it.
 *
 * A segment whose period has ended is skipped before the next one becomes current, so that no id of the old period is taken
 * once one of the new could be. What was asked for in the old period and comes late is dropped.
 */

/** The segments of one generator: switches to the next, and sees to it that there is one. Thread-safe. */
final class SegmentChain {

    private static final Logger LOG = LoggerFactory.getLogger(SegmentChain.class);

    /** How long one attempt may take: longer than a store's own limits. */
    static final Duration ATTEMPT = Duration.ofSeconds(15);

    /** With what an attempt takes, a store that is back gives ids within 2 s. */
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(20), Duration.ofSeconds(1));

    private final SegmentStore store;
    private final String tag;
    private final StepPolicy steps;
    private final Periods periods;
    private final SegmentAnswers answers;
    private final Ticker ticker;
    private final IdListener listener;
    private final LongFunction<Executor> delayed;
    private final long attemptNanos;

    private final ReentrantLock lock = new ReentrantLock();

    private volatile Segment current = Segment.empty();
    private @Nullable Segment next;
    private @Nullable Request request;
    private volatile boolean closed;
    private boolean takenUnused;

    /** The last id of the current segment that was used before the stop. */
    private long lastUsed;

    /** Why the store last answered no; asked again after a while only, since an answer is not likely to change. */
    private volatile @Nullable Refusal refusal;

    /** Why the store last failed to answer. */
    private volatile @Nullable BackendException failure;

    private long retiredIds;
    private long step;
    private long idsAtLastRequest;
    private long lastRequestNanos;

    SegmentChain(SegmentGeneratorBuilder config, Duration attempt) {
        this.store = config.store;
        this.tag = config.tag;
        this.steps = config.steps();
        this.periods = config.periods();
        this.answers = new SegmentAnswers(tag);
        this.ticker = config.ticker;
        this.listener = config.listener.guarded();
        this.delayed = config.delayed;
        this.attemptNanos = attempt.toNanos();
        this.step = steps.floor();
    }

    /** Why a store gives nothing; one that has run out of a period's numbers is right about that period only. */
    private record Refusal(
            RuntimeException reason, long nanos, @Nullable Period period) {}

    /** One request for a segment, which may take several attempts. Guarded by the lock but for what is final. */
    private static final class Request {
        /** The end of the attempt under way: a new one each time, or waiters that gave up would pile up on it. */
        CompletableFuture<@Nullable Void> attempt = new CompletableFuture<>();

        final long step;
        final long startNanos;
        int failures;

        /** Whether the store was asked and has not answered; between two attempts it is not. */
        boolean underWay = true;

        Request(long step, long startNanos) {
            this.step = step;
            this.startNanos = startNanos;
        }
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
        dropOutdatedNext();
        if (next == null) {
            return false;
        }
        retiredIds += current.length;
        current = next;
        next = null;
        return true;
    }

    private void dropOutdatedNext() {
        if (next != null && next.period.first() < periods.latest().first()) {
            retiredIds += next.length;
            next = null;
        }
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
            long nowNanos = ticker.nanos();
            if (request != null) {
                return request.attempt;
            }
            dropOutdatedNext();
            if (next != null || isRefused(nowNanos)) {
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

    /** A store that went back is not asked again: with each range it would come closer to looking right. */
    private boolean isRefused(long nowNanos) {
        Refusal refused = refusal;
        return refused != null
                && isAboutNow(refused)
                && (refused.reason instanceof StoreWentBackException
                        || nowNanos - refused.nanos < BACKOFF.greatest().toNanos());
    }

    private long nextStep(long nowNanos) {
        long ids = retiredIds + current.used();
        if (answers.greatestGranted() > 0) {
            step = steps.next(ids - idsAtLastRequest, nowNanos - lastRequestNanos, step);
        }
        idsAtLastRequest = ids;
        lastRequestNanos = nowNanos;
        return step;
    }

    /** Each attempt ends in time, whatever the store does. The range of an answer that comes later is a gap. */
    private void ask(Request asked) {
        Period period = periods.latest();
        CompletableFuture<Reservation> answer;
        try {
            answer = store.reserve(periods.demand(tag, asked.step, period))
                    .toCompletableFuture()
                    .copy();
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        CompletableFuture<Reservation> unused = answer.orTimeout(attemptNanos, TimeUnit.NANOSECONDS)
                .whenComplete((reservation, error) -> answered(asked, period, reservation, error));
    }

    private void answered(Request asked, Period period, @Nullable Reservation reservation, @Nullable Throwable error) {
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
            event = accept(reservation, period, asked);
            attempt = asked.attempt;
        } finally {
            lock.unlock();
        }
        if (event != null) {
            listener.on(event);
        }
        attempt.complete(null);
    }

    private @Nullable IdEvent accept(Reservation reservation, Period period, Request asked) {
        if (reservation instanceof Range range) {
            StoreWentBackException wentBack = answers.take(range);
            return wentBack == null ? granted(range, period, asked) : refused(wentBack, range);
        }
        if (reservation instanceof Later later && periods.beginAtMark(later.lastId(), period)) {
            return null; // whoever needs an id asks again, in the later period
        }
        if (reservation instanceof Exhausted exhausted) {
            refuse(answers.exhausted(exhausted, period), period);
            return new IdEvent.Exhausted(exhausted.maxId());
        }
        RuntimeException reason = answers.denied(reservation);
        refuse(reason, null);
        return new IdEvent.StoreFailed(reason);
    }

    private IdEvent granted(Range range, Period period, Request asked) {
        refusal = null;
        next = new Segment(range, period);
        if (!closed && current.usedUp()) {
            switchToNext();
        }
        return new IdEvent.SegmentFetched(
                range.first(), range.last(), Duration.ofNanos(ticker.nanos() - asked.startNanos));
    }

    private IdEvent refused(StoreWentBackException reason, Range range) {
        refuse(reason, null);
        LOG.error("The store went back, and this generator asks it no more: {}", reason.getMessage());
        return new IdEvent.StoreWentBack(answers.greatestGranted(), range.first());
    }

    private void refuse(RuntimeException reason, @Nullable Period period) {
        refusal = new Refusal(reason, ticker.nanos(), period);
    }

    private boolean isAboutNow(Refusal refused) {
        return refused.period == null || periods.isNow(refused.period);
    }

    /** Asks again after a while, until there is an answer or the generator is closed. */
    private void failed(Request asked, @Nullable Throwable error) {
        Throwable cause = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
        if (cause instanceof StoreWentBackException wentBack) {
            wentBack(asked, wentBack);
            return;
        }
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
            asked.underWay = false;
        } finally {
            lock.unlock();
        }
        if (failures == 1) {
            LOG.warn("Reserving a segment failed and will be tried again: tag={}", tag, reason);
        }
        delayed.apply(BACKOFF.delay(failures).toNanos()).execute(() -> repeat(asked));
        attempt.complete(null);
    }

    /** The store's own witness says so. */
    private void wentBack(Request asked, StoreWentBackException reason) {
        lock.lock();
        try {
            request = null;
            refuse(reason, null);
        } finally {
            lock.unlock();
        }
        LOG.error("The store went back, and this generator asks it no more: tag={}", tag, reason);
        listener.on(new IdEvent.StoreFailed(reason));
        asked.attempt.complete(null);
    }

    private void repeat(Request asked) {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            asked.underWay = true;
        } finally {
            lock.unlock();
        }
        ask(asked);
    }

    /** Why waiting cannot help: the store answered, and the answer was no. */
    @Nullable
    RuntimeException refusal() {
        Refusal refused = refusal;
        return refused != null && isAboutNow(refused) ? refused.reason : null;
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

    /** Seals what is left and refuses all further demands; returns the end of the attempt under way. */
    CompletableFuture<@Nullable Void> stop() {
        lock.lock();
        try {
            if (!closed) {
                closed = true;
                lastUsed = current.first + current.seal() - 1;
            }
            return request == null || !request.underWay ? CompletableFuture.completedFuture(null) : request.attempt;
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
