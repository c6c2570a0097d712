package dev.pawl.idgen.client;

import dev.pawl.common.Ticker;
import java.util.concurrent.locks.ReentrantLock;

/*
 *   each call puts in 0.1        time puts in 3 a second
 *                  \               /
 *                 [ 10 tokens at most ]  --  each retry takes 1, or is not sent
 *
 * Over any time t, retries <= 0.1 * calls + 10 + t * 3/s, whatever the callers do: 12 calls and a minute of a dead service
 * let out 1.2 + 10 + 180 retries at most.
 */

/**
 * How many retries may go out: a tenth of the calls, and a minimum so that a client that seldom calls finds out that its
 * service is back. The minimum is ten at once and three a second, or one in ten seconds per failing tag where that is more:
 * what a tag asks for when all is well. Thread-safe; never waits.
 *
 * <p>Source: Finagle's RetryBudget (a share of the requests above a minimum per second, as a token bucket) and Envoy's
 * retry budget (a share of the active requests above a minimum concurrency).
 */
final class RetryBudget {

    static final double SHARE = 0.1;

    /**
     * A generator's first pauses are short, and then they grow to one second: one alone is never held back, not even where
     * its service is down for two seconds out of three.
     */
    static final int AT_ONCE = 10;

    static final double PER_SECOND = 3;
    static final double PER_SECOND_AND_TAG = 0.1;

    private static final double NANOS = 1e9;

    private final Ticker ticker;
    private final ReentrantLock lock = new ReentrantLock();
    private double tokens = AT_ONCE;
    private long filledNanos;

    RetryBudget(Ticker ticker) {
        this.ticker = ticker;
        this.filledNanos = ticker.nanos();
    }

    /** Counts a call that is not a retry. */
    void call() {
        lock.lock();
        try {
            tokens = Math.min(AT_ONCE, tokens + SHARE);
        } finally {
            lock.unlock();
        }
    }

    /** Takes a retry out of the budget, if there is one. */
    boolean tryRetry(int failedTags) {
        lock.lock();
        try {
            long nowNanos = ticker.nanos();
            double perSecond = Math.max(PER_SECOND, failedTags * PER_SECOND_AND_TAG);
            tokens = Math.min(AT_ONCE, tokens + (nowNanos - filledNanos) / NANOS * perSecond);
            filledNanos = nowNanos;
            if (tokens < 1) {
                return false;
            }
            tokens--;
            return true;
        } finally {
            lock.unlock();
        }
    }
}
