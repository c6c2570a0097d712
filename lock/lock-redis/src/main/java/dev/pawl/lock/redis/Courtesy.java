package dev.pawl.lock.redis;

import dev.pawl.common.Ticker;
import dev.pawl.lock.spi.LockResource;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Lets a client that releases a lock which others were refused stand back for a moment, before it wants to wait for it again. Else it
 * is back before any of them has asked: who waits does so after a random pause, and the moment is longer than the longest. Nothing
 * rests on it but that all get their turn. Thread-safe.
 */
final class Courtesy {

    private static final int SWEPT_AT_LEAST = 256;
    private static final long LEAST_NANOS = 100_000_000;
    private static final long GREATEST_NANOS = 150_000_000;

    private final ConcurrentHashMap<LockResource, Long> untilByResource = new ConcurrentHashMap<>();
    private final Supplier<? extends RandomGenerator> random;
    private final Ticker ticker;
    private volatile int sweepAt = SWEPT_AT_LEAST;

    Courtesy(Supplier<? extends RandomGenerator> random, Ticker ticker) {
        this.random = random;
        this.ticker = ticker;
    }

    /** Begins with a release of a lock that others want. */
    void standBack(LockResource resource) {
        long now = ticker.nanos();
        untilByResource.put(resource, now + random.get().nextLong(LEAST_NANOS, GREATEST_NANOS + 1));
        if (untilByResource.size() >= sweepAt) {
            untilByResource.values().removeIf(until -> until - now <= 0);
            sweepAt = Math.max(SWEPT_AT_LEAST, 2 * untilByResource.size());
        }
    }

    /** How long this client stands back yet. */
    Optional<Duration> left(LockResource resource) {
        Long until = untilByResource.get(resource);
        if (until == null) {
            return Optional.empty();
        }
        long left = until - ticker.nanos();
        if (left <= 0) {
            untilByResource.remove(resource, until);
            return Optional.empty();
        }
        return Optional.of(Duration.ofNanos(left));
    }

    int size() {
        return untilByResource.size();
    }
}
