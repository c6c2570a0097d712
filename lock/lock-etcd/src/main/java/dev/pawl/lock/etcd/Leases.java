package dev.pawl.lock.etcd;

import dev.pawl.common.Ticker;
import dev.pawl.etcd.Etcd;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The leases of a session: one that all locks with the greatest lease share, and one for each lock with a shorter one. Thread-safe.
 */
final class Leases {

    /** By how much the shared lease is longer, so that a proof of it serves all requests of that time. */
    private static final Duration SLACK = Duration.ofSeconds(1);

    private final Etcd etcd;
    private final Ticker ticker;
    private final long greatestNanos;
    private final Duration sharedTtl;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable CompletableFuture<Lease> shared;

    Leases(Etcd etcd, Ticker ticker, EtcdLockOptions options) {
        this.etcd = etcd;
        this.ticker = ticker;
        Duration greatest = options.greatestLease().plus(options.delay());
        this.greatestNanos = greatest.toNanos();
        this.sharedTtl = greatest.plus(SLACK);
    }

    /** What a key that is kept so long hangs on. */
    CompletableFuture<Lease> forTime(long keptNanos) {
        return isShared(keptNanos) ? shared() : Lease.grant(etcd, ticker, Duration.ofNanos(keptNanos));
    }

    private boolean isShared(long keptNanos) {
        return keptNanos >= greatestNanos;
    }

    /** Whether the lease is long enough for a key that is kept so long, or as long as any can be. */
    boolean lasts(Lease lease, long keptNanos) {
        return lease.ttlNanos() >= Math.min(keptNanos, greatestNanos);
    }

    private CompletableFuture<Lease> shared() {
        CompletableFuture<Lease> made;
        lock.lock();
        try {
            if (shared != null && !isSpent(shared)) {
                return shared;
            }
            made = new CompletableFuture<>();
            shared = made;
        } finally {
            lock.unlock();
        }
        CompletableFuture<?> unused = Lease.grant(etcd, ticker, sharedTtl, true).whenComplete((lease, failure) -> {
            if (failure == null) {
                made.complete(lease);
            } else {
                made.completeExceptionally(failure);
            }
        });
        return made;
    }

    private static boolean isSpent(CompletableFuture<Lease> lease) {
        return lease.isCompletedExceptionally()
                || (lease.isDone() && lease.join().isOver());
    }
}
