package dev.pawl.idgen.client;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.common.Ticker;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Decides which calls may go out. A generator repeats a call that failed until it is answered, and looks the same each
 * time; here the first call for a tag after the last one was answered is a call, and each further one is a retry, which
 * the budget and the service's {@code Retry-After} hold back. Thread-safe; never waits.
 */
final class Retries {

    private final Ticker ticker;
    private final RetryBudget budget;
    private final AtomicLong allowed = new AtomicLong();
    private final AtomicLong heldBack = new AtomicLong();

    /** The tags whose last call failed. */
    private final Map<String, Failing> failing = new ConcurrentHashMap<>();

    /** The most tags that were failing at once since none was: all of them have to find out that the service is back. */
    private final AtomicInteger failed = new AtomicInteger();

    private record Failing(BackendException reason, long sinceNanos, long pauseNanos) {}

    Retries(Ticker ticker) {
        this.ticker = ticker;
        this.budget = new RetryBudget(ticker);
    }

    /** Asks whether a call for a tag may go out; returns why it may not. */
    Optional<BackendException> refusal(String tag) {
        Failing last = failing.get(tag);
        if (last == null) {
            budget.call();
            return Optional.empty();
        }
        if (ticker.nanos() - last.sinceNanos < last.pauseNanos) {
            return Optional.of(heldBack("the service asked for a pause", tag, last));
        }
        return mayRetry()
                ? Optional.empty()
                : Optional.of(heldBack("retries must stay within their budget", tag, last));
    }

    /** Takes one retry out of the budget, if there is one. */
    boolean mayRetry() {
        boolean may = budget.tryRetry(failed.get());
        if (may) {
            allowed.incrementAndGet();
        }
        return may;
    }

    private BackendException heldBack(String why, String tag, Failing last) {
        heldBack.incrementAndGet();
        return new BackendException("not sent, " + why + ": tag=" + tag, Outcome.NOT_APPLIED, last.reason);
    }

    void failed(String tag, BackendException reason, Duration pause) {
        failing.put(tag, new Failing(reason, ticker.nanos(), pause.toNanos()));
        failed.accumulateAndGet(failing.size(), Math::max);
    }

    void answered(String tag) {
        if (failing.remove(tag) != null && failing.isEmpty()) {
            failed.set(0);
        }
    }

    /** How many retries went out. */
    long allowed() {
        return allowed.get();
    }

    /** How many calls were not sent. */
    long heldBack() {
        return heldBack.get();
    }
}
