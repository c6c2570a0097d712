package dev.pawl.lock.etcd;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.common.RatchetClock;
import dev.pawl.common.Ticker;
import dev.pawl.etcd.Etcd;
import dev.pawl.fencing.FencingToken;
import dev.pawl.lock.spi.AcquireAnswer;
import dev.pawl.lock.spi.AcquireRequest;
import dev.pawl.lock.spi.Grant;
import dev.pawl.lock.spi.GrantListener;
import dev.pawl.lock.spi.LockSession;
import dev.pawl.lock.spi.LockTerms;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * One client's attempts. A key ends with its lease if this process dies, and before, by a timer of this session, when nothing was
 * confirmed for as long as its terms say: etcd's leases are whole seconds, and shared.
 *
 * <p>An answer that grants or renews needs two things from etcd that were both asked after the request came: that the key stands as it
 * was written, by a transaction, and that its lease is alive for long enough, by a renewal of it. Both are asked at the same time.
 */
final class EtcdLockSession implements LockSession {

    private final LockPaths paths;
    private final Queue queue;
    private final Predecessors predecessors;
    private final EtcdLockOptions options;
    private final Ticker ticker = new RatchetClock(Ticker.system(), Clock.systemUTC());
    private final Etcd etcd;
    private final Runnable onClose;
    private final SessionTimers timers = new SessionTimers(ticker);
    private final KeyNames names;
    private final Lookup lookup;
    private final Places places;
    private volatile boolean closed;

    /** What a session is known by, who is told, and what comes after its end. */
    record Owner(String id, GrantListener listener, Runnable onClose) {}

    EtcdLockSession(Etcd etcd, LockPaths paths, EtcdLockOptions options, Owner owner) {
        this.etcd = etcd;
        this.paths = paths;
        this.options = options;
        this.queue = new Queue(etcd, paths);
        this.predecessors = new Predecessors(etcd, owner.listener(), timers);
        this.names = new KeyNames(owner.id());
        this.lookup = new Lookup(etcd, paths, names);
        this.places = new Places(names, queue, new Leases(etcd, ticker, options), predecessors, timers);
        this.onClose = owner.onClose();
    }

    @Override
    public CompletableFuture<AcquireAnswer> acquire(AcquireRequest request) {
        return ask(request, Optional.empty());
    }

    /** Asks for a resource in place of its holder. */
    CompletableFuture<AcquireAnswer> takeOver(AcquireRequest request, Grant from) {
        return ask(request, Optional.of(from));
    }

    private CompletableFuture<AcquireAnswer> ask(AcquireRequest request, Optional<Grant> from) {
        if (closed) {
            return failed("session is closed");
        }
        FencingToken.Kind mode = request.terms().mode();
        long sentAt = ticker.nanos();
        long kept = kept(request.terms());
        String folder = from.isPresent() ? paths.front(request.resource()) : paths.own(request.resource(), mode);
        Asking.Terms terms = new Asking.Terms(request.queued(), from, sentAt, kept);
        return places.begin(
                        request.attempt(),
                        () -> new Place(request.resource(), mode, request.attempt(), names.take(folder), sentAt + kept))
                .thenCompose(place -> new Asking(places, queue, predecessors, place, terms)
                        .run()
                        .whenComplete((answer, failure) -> places.answered(place)));
    }

    private long kept(LockTerms terms) {
        return terms.lease().plus(options.delay()).toNanos();
    }

    @Override
    public CompletableFuture<Boolean> renew(Grant grant, LockTerms terms) {
        if (closed) {
            return failed("session is closed");
        }
        long sentAt = ticker.nanos();
        long kept = kept(terms);
        Place place = places.begin(grant);
        if (place == null) {
            return CompletableFuture.completedFuture(false);
        }
        return places.fittingLease(place, kept)
                .thenCompose(lease -> {
                    CompletableFuture<Boolean> alive = lease.proved(Asking.notBefore(lease, sentAt, kept));
                    return stands(place, grant).thenCombine(alive, Boolean::logicalAnd);
                })
                .thenApply(stands -> renewed(place, stands, sentAt + kept))
                .whenComplete((answer, failure) -> places.answered(place));
    }

    private boolean renewed(Place place, boolean stands, long until) {
        if (stands) {
            places.confirm(place, until);
            return !place.released;
        }
        places.lost(place);
        return false;
    }

    @Override
    public CompletableFuture<Boolean> verify(Grant grant) {
        if (closed) {
            return failed("session is closed");
        }
        Place place = places.get(grant.attempt());
        return place != null
                ? stands(place, grant)
                : lookup.find(grant)
                        .thenApply(found -> found.map(Entry::of)
                                .filter(entry -> entry.holds(grant.base()))
                                .isPresent());
    }

    private CompletableFuture<Boolean> stands(Place place, Grant grant) {
        return queue.look(place)
                .thenApply(entry ->
                        entry.filter(found -> found.holds(grant.base())).isPresent());
    }

    @Override
    public CompletableFuture<Boolean> release(Grant grant, Duration tombstone) {
        if (closed) {
            return failed("session is closed");
        }
        Place place = places.get(grant.attempt());
        boolean known = place != null && (grant.base() == 0 || place.isOf(grant.base()));
        if (place != null && known) {
            place.released = true;
        }
        CompletableFuture<Optional<Lease>> mark = tombstone.isZero()
                ? CompletableFuture.completedFuture(Optional.empty())
                : Lease.grant(etcd, ticker, tombstone).thenApply(Optional::of);
        return mark.thenCompose(lease -> place == null ? remove(grant, lease) : queue.remove(place.key, grant, lease))
                .thenApply(held -> {
                    if (place != null && known) {
                        places.leave(place);
                    }
                    return held;
                });
    }

    /** Of an attempt that has left already: what was applied late stands at one of the session's keys, and after the tombstone nothing is. */
    private CompletableFuture<Boolean> remove(Grant grant, Optional<Lease> tombstone) {
        return queue.forbid(grant, tombstone)
                .thenCompose(forbidden -> lookup.find(grant))
                .thenCompose(found -> found.isEmpty()
                        ? CompletableFuture.completedFuture(false)
                        : queue.remove(found.get().getKey().toStringUtf8(), grant, Optional.empty()));
    }

    private static <T> CompletableFuture<T> failed(String message) {
        return CompletableFuture.failedFuture(new BackendException(message, Outcome.NOT_APPLIED, null));
    }

    /** For tests: how many attempts wait for a key in front of them. */
    int waiting() {
        return predecessors.size();
    }

    /** Grants are left to their leases, which nobody renews any more. */
    @Override
    public void close() {
        closed = true;
        timers.close();
        places.close();
        predecessors.close();
        onClose.run();
    }
}
