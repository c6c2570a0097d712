package dev.pawl.lock.redis;

import dev.pawl.common.Ticker;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What this session's attempts were granted, so that an attempt that asks again is answered with the same grant. A grant is
 * forgotten with its release, and after its lease when there are many. Thread-safe.
 */
final class RedLockGrants {

    private static final int SWEPT_AT_LEAST = 256;

    private record Granted(long proposal, long until) {}

    private final ConcurrentHashMap<String, Granted> byAttempt = new ConcurrentHashMap<>();
    private final Ticker ticker;
    private volatile int sweepAt = SWEPT_AT_LEAST;

    RedLockGrants(Ticker ticker) {
        this.ticker = ticker;
    }

    OptionalLong of(String attempt) {
        Granted granted = byAttempt.get(attempt);
        return granted == null ? OptionalLong.empty() : OptionalLong.of(granted.proposal);
    }

    void add(String attempt, long proposal, Duration hold) {
        byAttempt.put(attempt, new Granted(proposal, ticker.nanos() + hold.toNanos()));
        if (byAttempt.size() >= sweepAt) {
            long now = ticker.nanos();
            byAttempt.values().removeIf(granted -> granted.until - now <= 0);
            sweepAt = Math.max(SWEPT_AT_LEAST, 2 * byAttempt.size());
        }
    }

    void renewed(String attempt, long proposal, Duration hold) {
        long until = ticker.nanos() + hold.toNanos();
        byAttempt.computeIfPresent(
                attempt, (same, granted) -> granted.proposal == proposal ? new Granted(proposal, until) : granted);
    }

    void remove(String attempt) {
        byAttempt.remove(attempt);
    }

    int size() {
        return byAttempt.size();
    }
}
