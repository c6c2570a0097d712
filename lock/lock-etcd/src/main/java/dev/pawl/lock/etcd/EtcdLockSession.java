package dev.pawl.lock.etcd;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.common.Ticker;
import dev.pawl.etcd.Etcd;
import dev.pawl.fencing.FencingToken;
import dev.pawl.lock.spi.AcquireAnswer;
import dev.pawl.lock.spi.AcquireRequest;
import dev.pawl.lock.spi.Grant;
import dev.pawl.lock.spi.GrantListener;
import dev.pawl.lock.spi.LockSession;
import dev.pawl.lock.spi.LockTerms;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One client's attempts. A key ends with its lease if this process dies, and before, by a timer of this session, when nothing was
 * confirmed for as long as its terms say: etcd's leases are whole seconds, and shared.
 *
 * <p>An answer that grants or renews needs two things from etcd that were both asked after the request came: that the key stands as it
 * was written, by a transaction, and that its lease is alive for long enough, by a renewal of it. Both are asked at the same time.
 */
final class EtcdLockSession implements LockSession {

    private static final int TRIES = 3;
    private static final long AGAIN_NANOS = 500_000_000;

    private final LockPaths paths;
    private final Queue queue;
    private final Leases leases;
    private final Predecessors predecessors;
    private final EtcdLockOptions options;
    private final Ticker ticker = Ticker.system();
    private final Etcd etcd;
    private final Runnable onClose;
    private final SessionTimers timers = new SessionTimers();
    private final Map<String, Place> places = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private volatile boolean closed;

    EtcdLockSession(Etcd etcd, LockPaths paths, EtcdLockOptions options, GrantListener listener, Runnable onClose) {
        this.etcd = etcd;
        this.paths = paths;
        this.options = options;
        this.queue = new Queue(etcd, paths);
        this.leases = new Leases(etcd, ticker, options);
        this.predecessors = new Predecessors(etcd, listener);
        this.onClose = onClose;
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
        String key = from.isPresent()
                ? paths.ownFront(request.resource(), request.attempt())
                : paths.own(request.resource(), mode, request.attempt());
        Place place;
        lock.lock();
        try {
            place = places.computeIfAbsent(
                    request.attempt(), attempt -> new Place(request.resource(), mode, attempt, key, sentAt + kept));
            if (place.ending != null) {
                return place.ending.thenCompose(done -> ask(request, from));
            }
            place.pending++;
        } finally {
            lock.unlock();
        }
        Asking asking = new Asking(place, request.queued(), from, sentAt, kept);
        return asking.run(TRIES).whenComplete((answer, failure) -> answered(place));
    }

    /** One request, with what it may have to do again because a lease has ended. */
    private final class Asking {

        private final Place place;
        private final boolean queued;
        private final Optional<Grant> from;
        private final long sentAt;
        private final long kept;

        Asking(Place place, boolean queued, Optional<Grant> from, long sentAt, long kept) {
            this.place = place;
            this.queued = queued;
            this.from = from;
            this.sentAt = sentAt;
            this.kept = kept;
        }

        CompletableFuture<AcquireAnswer> run(int tries) {
            if (tries == 0) {
                return CompletableFuture.failedFuture(new BackendException(
                        "lease ended again and again: attempt=" + place.attempt, Outcome.UNKNOWN, null));
            }
            return fittingLease(place, kept)
                    .thenCompose(lease -> {
                        if (closed || place.released) {
                            return failed("attempt was given back: attempt=" + place.attempt);
                        }
                        CompletableFuture<Boolean> alive = lease.proved(notBefore(lease, sentAt, kept));
                        CompletableFuture<Step> step = step(lease);
                        return alive.thenCompose(lives -> step.thenCompose(made -> judge(lease, made, lives, tries)));
                    })
                    .exceptionallyCompose(failure -> {
                        Throwable cause = cause(failure);
                        if (String.valueOf(cause.getMessage()).contains("requested lease not found")) {
                            forgetLease();
                            return run(tries - 1);
                        }
                        return CompletableFuture.failedFuture(cause);
                    });
        }

        private static Throwable cause(Throwable failure) {
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            return cause == null ? failure : cause;
        }

        private CompletableFuture<Step> step(Lease lease) {
            if (from.isPresent()) {
                return queue.takeOver(place, from.get(), lease.id());
            }
            return place.entry == null ? queue.enqueue(place, lease.id(), queued) : queue.advance(place, place.made());
        }

        private CompletableFuture<AcquireAnswer> judge(Lease lease, Step step, boolean lives, int tries) {
            if (!lives || (step instanceof Step.Gone && from.isEmpty())) {
                if (!lives) {
                    forgetLease();
                }
                know(null);
                return run(tries - 1);
            }
            if (step instanceof Step.Holds holds) {
                return holds(lease, holds.entry(), tries);
            }
            if (step instanceof Step.Waits waits && from.isEmpty()) {
                if (place.entry == null && waits.predecessor().isEmpty()) {
                    // It has waited before, and its answer was lost: it may be its turn.
                    know(waits.entry());
                    return run(tries - 1);
                }
                know(waits.entry());
                waits.predecessor().ifPresent(key -> predecessors.watch(place.attempt, key, waits.revision() + 1));
                return done(new AcquireAnswer.Taken(Duration.ofNanos(kept)));
            }
            leave(place);
            return done(
                    step instanceof Step.Over
                            ? new AcquireAnswer.Ended()
                            : new AcquireAnswer.Taken(Duration.ofNanos(kept)));
        }

        private CompletableFuture<AcquireAnswer> holds(Lease lease, Entry entry, int tries) {
            if (entry.lease() != 0 && entry.lease() != lease.id()) {
                // Of a lease before: nobody renews that one.
                return queue.drop(place.key, entry.created()).thenCompose(dropped -> {
                    know(null);
                    return run(tries - 1);
                });
            }
            if (entry.base() > AcquireAnswer.GREATEST_BASE) {
                return failed("revision must be at most 2^53 - 1: revision=" + entry.base());
            }
            predecessors.forget(place.attempt);
            know(entry);
            return done(new AcquireAnswer.Granted(entry.base(), entry.base()));
        }

        private CompletableFuture<AcquireAnswer> done(AcquireAnswer answer) {
            confirm(place, sentAt + kept);
            return CompletableFuture.completedFuture(answer);
        }

        private void know(@Nullable Entry entry) {
            lock.lock();
            try {
                place.entry = entry;
            } finally {
                lock.unlock();
            }
        }

        private void forgetLease() {
            lock.lock();
            try {
                if (place.lease != null) {
                    place.lease.gone();
                }
                place.lease = null;
                place.entry = null;
            } finally {
                lock.unlock();
            }
        }
    }

    /** From when on a renewal of the lease proves that what hangs on it stands until so long after the sending. */
    private static long notBefore(Lease lease, long sentAt, long kept) {
        return sentAt - Math.max(0, lease.ttlNanos() - kept);
    }

    private long kept(LockTerms terms) {
        return terms.lease().plus(options.delay()).toNanos();
    }

    /** The lease that the attempt's key hangs on, or will; moves the key where its lease is too short. */
    private CompletableFuture<Lease> fittingLease(Place place, long kept) {
        Lease lease;
        Entry entry;
        lock.lock();
        try {
            lease = place.lease;
            entry = place.entry;
        } finally {
            lock.unlock();
        }
        if (lease != null && leases.lasts(lease, kept)) {
            return CompletableFuture.completedFuture(lease);
        }
        return leases.forTime(kept).thenCompose(fresh -> {
            if (entry == null || lease == null) {
                return CompletableFuture.completedFuture(hang(place, fresh, entry));
            }
            boolean holds = entry.holds();
            return queue.move(
                            place.key,
                            entry.modified(),
                            holds ? Entry.holdsStill(entry.base()) : Entry.WAITS,
                            fresh.id())
                    .thenCompose(moved -> moved
                            ? queue.look(new Grant(place.resource, place.mode, place.attempt, 0))
                                    .thenApply(now -> hang(place, fresh, now.orElse(null)))
                            : CompletableFuture.completedFuture(lease));
        });
    }

    private Lease hang(Place place, Lease lease, @Nullable Entry entry) {
        lock.lock();
        try {
            place.lease = lease;
            place.entry = entry;
        } finally {
            lock.unlock();
        }
        return lease;
    }

    @Override
    public CompletableFuture<Boolean> renew(Grant grant, LockTerms terms) {
        if (closed) {
            return failed("session is closed");
        }
        long sentAt = ticker.nanos();
        long kept = kept(terms);
        Place place;
        lock.lock();
        try {
            place = places.get(grant.attempt());
            if (place == null || place.ending != null || !place.holds(grant.base())) {
                return CompletableFuture.completedFuture(false);
            }
            place.pending++;
        } finally {
            lock.unlock();
        }
        return fittingLease(place, kept)
                .thenCompose(lease -> {
                    CompletableFuture<Boolean> alive = lease.proved(notBefore(lease, sentAt, kept));
                    return verify(grant).thenCombine(alive, Boolean::logicalAnd);
                })
                .thenApply(stands -> renewed(place, stands, sentAt + kept))
                .whenComplete((answer, failure) -> answered(place));
    }

    private boolean renewed(Place place, boolean stands, long until) {
        if (stands) {
            confirm(place, until);
            return !place.released;
        }
        lock.lock();
        try {
            place.lost = true;
        } finally {
            lock.unlock();
        }
        return false;
    }

    @Override
    public CompletableFuture<Boolean> verify(Grant grant) {
        if (closed) {
            return failed("session is closed");
        }
        return queue.look(grant)
                .thenApply(entry ->
                        entry.filter(found -> found.holds(grant.base())).isPresent());
    }

    @Override
    public CompletableFuture<Boolean> release(Grant grant, Duration tombstone) {
        if (closed) {
            return failed("session is closed");
        }
        Place place = places.get(grant.attempt());
        boolean known = place != null && (grant.base() == 0 || place.holds(grant.base()));
        if (place != null && known) {
            place.released = true;
        }
        CompletableFuture<Optional<Lease>> mark = tombstone.isZero()
                ? CompletableFuture.completedFuture(Optional.empty())
                : Lease.grant(etcd, ticker, tombstone).thenApply(Optional::of);
        return mark.thenCompose(lease -> queue.remove(grant, lease)).thenApply(held -> {
            if (place != null && known) {
                leave(place);
            }
            return held;
        });
    }

    /** Forgets an attempt whose key is gone, or was never made. */
    private void leave(Place place) {
        Lease lease;
        lock.lock();
        try {
            places.remove(place.attempt, place);
            lease = place.lease;
            place.released = true;
            if (place.timer != null) {
                place.timer.cancel();
            }
        } finally {
            lock.unlock();
        }
        predecessors.forget(place.attempt);
        if (lease != null && !leases.isShared(lease)) {
            lease.revoke();
        }
    }

    private void confirm(Place place, long until) {
        lock.lock();
        try {
            place.until = Math.max(place.until, until);
        } finally {
            lock.unlock();
        }
    }

    private void answered(Place place) {
        lock.lock();
        try {
            place.pending--;
            if (place.pending == 0) {
                arm(place, place.until - ticker.nanos());
            }
        } finally {
            lock.unlock();
        }
    }

    private void arm(Place place, long delay) {
        if (place.timer != null) {
            place.timer.cancel();
        }
        if (places.get(place.attempt) == place) {
            place.timer = timers.schedule(delay, () -> end(place));
        }
    }

    /** Nothing was confirmed for as long as the terms say: the key goes, also where its lease is longer. */
    private void end(Place place) {
        CompletableFuture<Boolean> ending = new CompletableFuture<>();
        long made;
        lock.lock();
        try {
            if (places.get(place.attempt) != place || place.pending > 0 || place.ending != null) {
                return;
            }
            place.ending = ending;
            made = place.made();
        } finally {
            lock.unlock();
        }
        CompletableFuture<?> unused = queue.drop(place.key, made).whenComplete((dropped, failure) -> {
            if (failure == null || place.lease == null || place.lease.isOver()) {
                leave(place);
                ending.complete(true);
                return;
            }
            lock.lock();
            try {
                place.ending = null;
                arm(place, AGAIN_NANOS);
            } finally {
                lock.unlock();
            }
            ending.completeExceptionally(new BackendException(
                    "place in the queue has ended, and could not be deleted yet: attempt=" + place.attempt,
                    Outcome.NOT_APPLIED,
                    failure));
        });
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
        predecessors.close();
        places.clear();
        onClose.run();
    }
}
