package dev.pawl.testkit;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.lock.spi.AcquireAnswer;
import dev.pawl.lock.spi.AcquireRequest;
import dev.pawl.lock.spi.Grant;
import dev.pawl.lock.spi.GrantListener;
import dev.pawl.lock.spi.LockBackend;
import dev.pawl.lock.spi.LockGuarantees;
import dev.pawl.lock.spi.LockResource;
import dev.pawl.lock.spi.LockSession;
import dev.pawl.lock.spi.LockTerms;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts what a lock service asks of its store, which cannot be reached for some names while a test wants that. */
final class CountingLockBackend implements LockBackend {

    final Set<String> attempts = ConcurrentHashMap.newKeySet();
    final AtomicInteger releases = new AtomicInteger();
    final AtomicInteger renewals = new AtomicInteger();
    final AtomicInteger failures = new AtomicInteger();
    /** Names whose renewals and releases do not come to the store. */
    final Set<String> failing = ConcurrentHashMap.newKeySet();

    private final LockBackend real;

    CountingLockBackend(LockBackend real) {
        this.real = real;
    }

    @Override
    public LockGuarantees guarantees() {
        return real.guarantees();
    }

    @Override
    public String issuer(LockResource resource) {
        return real.issuer(resource);
    }

    @Override
    public Duration leastLease() {
        return real.leastLease();
    }

    @Override
    public Duration greatestLease() {
        return real.greatestLease();
    }

    @Override
    public LockSession open(String id, GrantListener listener) {
        LockSession session = real.open(id, listener);
        return new LockSession() {
            @Override
            public CompletionStage<AcquireAnswer> acquire(AcquireRequest request) {
                attempts.add(request.attempt());
                return session.acquire(request);
            }

            @Override
            public CompletionStage<Boolean> renew(Grant grant, LockTerms terms) {
                renewals.incrementAndGet();
                return isCutOff(grant) ? unreachable() : session.renew(grant, terms);
            }

            @Override
            public CompletionStage<Boolean> verify(Grant grant) {
                return session.verify(grant);
            }

            @Override
            public CompletionStage<Boolean> release(Grant grant, Duration tombstone) {
                releases.incrementAndGet();
                return isCutOff(grant) ? unreachable() : session.release(grant, tombstone);
            }

            @Override
            public void close() {
                session.close();
            }
        };
    }

    private boolean isCutOff(Grant grant) {
        return failing.contains(grant.resource().name());
    }

    private CompletionStage<Boolean> unreachable() {
        failures.incrementAndGet();
        return CompletableFuture.failedFuture(
                new BackendException("the store cannot be reached", Outcome.NOT_APPLIED, null));
    }

    /** Left to whoever opened it. */
    @Override
    public void close() {}
}
