package dev.pawl.idgen.server;

import dev.pawl.common.Ticker;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A token bucket in one number: the time at which the bucket is full again. A request moves it on by the time that one
 * token takes to come, and is refused if that is further ahead than a full bucket lasts. In any span of time of {@code t}
 * seconds at most {@code perSecond * t + burst} requests pass, whatever the event loops do side by side. Thread-safe,
 * without a lock.
 *
 * <p>Source: the virtual scheduling form of the generic cell rate algorithm, ITU-T I.371.
 */
final class RateLimit {

    static final int GREATEST = 1_000_000;

    private static final long SECOND = 1_000_000_000;

    private final int perSecond;
    private final Ticker ticker;
    private final long origin;
    private final long tokenNanos;
    private final long toleranceNanos;
    private final AtomicLong fullAt = new AtomicLong();

    /**
     * Makes a full bucket.
     *
     * @param perSecond how many requests a second, from 1 to 1,000,000
     * @param burst how many at once after a pause, from 1 to 1,000,000
     * @param ticker the clock
     */
    RateLimit(int perSecond, int burst, Ticker ticker) {
        if (perSecond < 1 || perSecond > GREATEST) {
            throw new IllegalArgumentException("perSecond must be in [1, 1000000]: perSecond=" + perSecond);
        }
        if (burst < 1 || burst > GREATEST) {
            throw new IllegalArgumentException("burst must be in [1, 1000000]: burst=" + burst);
        }
        this.perSecond = perSecond;
        this.ticker = ticker;
        this.origin = ticker.nanos();
        // Rounded up, so that rounding never lets more pass.
        this.tokenNanos = (SECOND + perSecond - 1) / perSecond;
        this.toleranceNanos = (burst - 1) * tokenNanos;
    }

    int perSecond() {
        return perSecond;
    }

    /**
     * Takes a token if there is one.
     *
     * @return 0 if the request may pass, else the nanoseconds until the next token
     */
    long take() {
        long now = ticker.nanos() - origin;
        while (true) {
            long full = fullAt.get();
            long tooEarly = full - toleranceNanos - now;
            if (tooEarly > 0) {
                return tooEarly;
            }
            if (fullAt.compareAndSet(full, Math.max(full, now) + tokenNanos)) {
                return 0;
            }
        }
    }

    /** Whole seconds for {@code Retry-After}, at least 1. */
    static int seconds(long nanos) {
        return (int) Math.max(1, (nanos + SECOND - 1) / SECOND);
    }
}
