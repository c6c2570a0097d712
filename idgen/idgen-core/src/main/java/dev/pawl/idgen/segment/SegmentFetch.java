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

/**
 * Asks the store for segments: one request at a time, which is repeated until the store answers it. What it is told to hold
 * the chain's lock for, its caller holds; it takes the lock itself when an answer comes, and holds it for no call of the
 * store.
 */
final class SegmentFetch {

    private static final Logger LOG = LoggerFactory.getLogger(SegmentFetch.class);

    /** With what an attempt takes, a store that is back gives ids within 2 s. */
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(20), Duration.ofSeconds(1));

    /** Where a segment goes, with the lock held; and when to stop. */
    interface Receiver {
        void take(Segment segment);

        boolean isClosed();
    }

    private final SegmentStore store;
    private final String tag;
    private final StepPolicy steps;
    private final Periods periods;
    private final SegmentAnswers answers;
    private final Ticker ticker;
    private final IdListener listener;
    private final LongFunction<Executor> delayed;
    private final long attemptNanos;
    private final ReentrantLock lock;
    private final Receiver receiver;

    private @Nullable Request request;

    /** Why the store last answered no; asked again after a while only, since an answer is not likely to change. */
    private volatile @Nullable Refusal refusal;

    /** Why the store last failed to answer. */
    private volatile @Nullable BackendException failure;

    private long step;
    private long idsAtLastRequest;
    private long lastRequestNanos;

    SegmentFetch(
            SegmentGeneratorBuilder config, Periods periods, Duration attempt, ReentrantLock lock, Receiver receiver) {
        this.store = config.store;
        this.tag = config.tag;
        this.steps = config.steps();
        this.periods = periods;
        this.answers = new SegmentAnswers(tag);
        this.ticker = config.ticker;
        this.listener = config.listener.guarded();
        this.delayed = config.delayed;
        this.attemptNanos = attempt.toNanos();
        this.lock = lock;
        this.receiver = receiver;
        this.step = steps.floor();
    }

    /** Why a store gives nothing; one that has run out of a period's numbers is right about that period only. */
    private record Refusal(
            RuntimeException reason, long nanos, @Nullable Period period) {}

    /** One request for a segment, which may take several attempts. Guarded by the lock but for what is final. */
    static final class Request {
        /** The end of the attempt under way: a new one each time, or waiters that gave up would pile up on it. */
        private CompletableFuture<@Nullable Void> attempt = new CompletableFuture<>();

        private final long step;
        private final long startNanos;
        private int failures;

        /** Whether the store was asked and has not answered; between two attempts it is not. */
        private boolean underWay = true;

        private Request(long step, long startNanos) {
            this.step = step;
            this.startNanos = startNanos;
        }

        CompletableFuture<@Nullable Void> attempt() {
            return attempt;
        }
    }

    /** The request that has no answer yet. With the lock held. */
    @Nullable
    Request request() {
        return request;
    }

    /** The end of what the store is doing now. With the lock held. */
    CompletableFuture<@Nullable Void> underWay() {
        return request == null || !request.underWay ? CompletableFuture.completedFuture(null) : request.attempt;
    }

    /** How long the next segment is to be. */
    long step() {
        return step;
    }

    /**
     * Makes the next request, which {@link #ask} then sends; none if the store refused just now. With the lock held, and
     * none under way.
     *
     * @param least the shortest segment of use
     * @param ids how many ids were used so far
     */
    @Nullable
    Request begin(long least, long ids) {
        long nowNanos = ticker.nanos();
        if (isRefused(nowNanos)) {
            return null;
        }
        request = new Request(Math.max(least, nextStep(ids, nowNanos)), nowNanos);
        return request;
    }

    /** A store that went back is not asked again: with each range it would come closer to looking right. */
    private boolean isRefused(long nowNanos) {
        Refusal refused = refusal;
        return refused != null
                && isAboutNow(refused)
                && (refused.reason instanceof StoreWentBackException
                        || nowNanos - refused.nanos < BACKOFF.greatest().toNanos());
    }

    private long nextStep(long ids, long nowNanos) {
        if (answers.greatestGranted() > 0) {
            step = steps.next(ids - idsAtLastRequest, nowNanos - lastRequestNanos, step);
        }
        idsAtLastRequest = ids;
        lastRequestNanos = nowNanos;
        return step;
    }

    /** Each attempt ends in time, whatever the store does. The range of an answer that comes later is a gap. */
    void ask(Request asked) {
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
        receiver.take(new Segment(range, period));
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

    /** After a stop nobody answers it any more, and whoever waits for it must hear so now and not at a deadline. */
    private void repeat(Request asked) {
        CompletableFuture<@Nullable Void> givenUp = null;
        lock.lock();
        try {
            if (receiver.isClosed()) {
                givenUp = asked.attempt;
            } else {
                asked.underWay = true;
            }
        } finally {
            lock.unlock();
        }
        if (givenUp == null) {
            ask(asked);
        } else {
            givenUp.complete(null);
        }
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
}
