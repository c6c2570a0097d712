package dev.pawl.lock.etcd;

import dev.pawl.common.Ticker;
import dev.pawl.etcd.Etcd;
import io.etcd.jetcd.api.LeaseGrantRequest;
import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.LeaseRevokeRequest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A lease of etcd, and when it was last proved: what hangs on it stands for at least its time to live from the sending of the newest
 * request that etcd confirmed, unless it is deleted. At most one renewal is under way; whoever needs a later proof shares the
 * next one. Thread-safe; calls others outside of its lock.
 */
final class Lease {

    private final Etcd etcd;
    private final Ticker ticker;
    private final long id;
    private final long ttlNanos;
    private final boolean shared;
    private final ReentrantLock lock = new ReentrantLock();

    private long provedAt;
    private boolean gone;
    private long sentAt;
    private @Nullable CompletableFuture<Boolean> underWay;
    private @Nullable CompletableFuture<Boolean> next;

    private Lease(Etcd etcd, Ticker ticker, long id, long ttlNanos, boolean shared, long provedAt) {
        this.etcd = etcd;
        this.ticker = ticker;
        this.id = id;
        this.ttlNanos = ttlNanos;
        this.shared = shared;
        this.provedAt = provedAt;
    }

    /** Asks for a lease of a number of whole seconds that are no fewer than this; etcd may give more. */
    static CompletableFuture<Lease> grant(Etcd etcd, Ticker ticker, Duration atLeast) {
        return grant(etcd, ticker, atLeast, false);
    }

    /** The same, for one that the keys of many locks hang on: it must not end with one of them. */
    static CompletableFuture<Lease> grant(Etcd etcd, Ticker ticker, Duration atLeast, boolean shared) {
        long seconds = Math.max(1, atLeast.plusNanos(999_999_999).toSeconds());
        long sentAt = ticker.nanos();
        LeaseGrantRequest request =
                LeaseGrantRequest.newBuilder().setTTL(seconds).build();
        return etcd.call(LeaseGrpc.getLeaseGrantMethod(), request)
                .thenApply(answer -> new Lease(
                        etcd,
                        ticker,
                        answer.getID(),
                        Duration.ofSeconds(answer.getTTL()).toNanos(),
                        shared,
                        sentAt));
    }

    long id() {
        return id;
    }

    boolean isShared() {
        return shared;
    }

    long ttlNanos() {
        return ttlNanos;
    }

    /** Whether it has ended, or nothing proves that it has not. */
    boolean isOver() {
        lock.lock();
        try {
            return gone || ticker.nanos() - provedAt >= ttlNanos;
        } finally {
            lock.unlock();
        }
    }

    void gone() {
        lock.lock();
        try {
            gone = true;
        } finally {
            lock.unlock();
        }
    }

    /** Completes with true once etcd has confirmed a request that was sent at this time or later; with false if the lease is gone. */
    CompletableFuture<Boolean> proved(long notBefore) {
        CompletableFuture<Boolean> mine;
        lock.lock();
        try {
            if (gone || provedAt - notBefore >= 0) {
                return CompletableFuture.completedFuture(!gone);
            }
            if (underWay != null) {
                if (sentAt - notBefore >= 0) {
                    return underWay;
                }
                if (next == null) {
                    next = new CompletableFuture<>();
                }
                return next;
            }
            mine = new CompletableFuture<>();
            begin(mine);
        } finally {
            lock.unlock();
        }
        send(mine);
        return mine;
    }

    private void begin(CompletableFuture<Boolean> renewal) {
        underWay = renewal;
        sentAt = ticker.nanos();
    }

    private void send(CompletableFuture<Boolean> renewal) {
        CompletableFuture<?> unused = etcd.keepAliveOnce(id).whenComplete((seconds, failure) -> {
            CompletableFuture<Boolean> following;
            lock.lock();
            try {
                if (failure == null && seconds > 0) {
                    provedAt = Math.max(provedAt, sentAt);
                } else if (failure == null) {
                    gone = true;
                }
                underWay = null;
                following = next;
                next = null;
                if (following != null) {
                    begin(following);
                }
            } finally {
                lock.unlock();
            }
            if (failure == null) {
                renewal.complete(seconds > 0);
            } else {
                renewal.completeExceptionally(failure);
            }
            if (following != null) {
                send(following);
            }
        });
    }

    /** Ends it with all that hangs on it; if that fails, it ends by itself. */
    void revoke() {
        CompletableFuture<?> unused = etcd.call(
                LeaseGrpc.getLeaseRevokeMethod(),
                LeaseRevokeRequest.newBuilder().setID(id).build());
    }
}
