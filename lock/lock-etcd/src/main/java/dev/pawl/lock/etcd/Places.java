package dev.pawl.lock.etcd;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.lock.spi.Grant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a session knows of its attempts, their leases, and when it deletes their keys by itself. Thread-safe; calls others outside of
 * its lock, but for the timers.
 */
final class Places {

    private static final long AGAIN_NANOS = 500_000_000;
    private static final long PULSE_NANOS = 50_000_000;

    private final KeyNames names;
    private final Queue queue;
    private final Leases leases;
    private final Predecessors predecessors;
    private final SessionTimers timers;
    private final Map<String, Place> places = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private boolean pulsing;

    Places(KeyNames names, Queue queue, Leases leases, Predecessors predecessors, SessionTimers timers) {
        this.names = names;
        this.queue = queue;
        this.leases = leases;
        this.predecessors = predecessors;
        this.timers = timers;
    }

    @Nullable
    Place get(String attempt) {
        return places.get(attempt);
    }

    /** The place of an attempt, for one request; if its key is just being deleted, a new one after that. */
    CompletableFuture<Place> begin(String attempt, Supplier<Place> made) {
        lock.lock();
        try {
            Place place = places.computeIfAbsent(attempt, absent -> made.get());
            if (place.ending != null) {
                return place.ending.thenCompose(done -> begin(attempt, made));
            }
            place.pending++;
            pulse();
            return CompletableFuture.completedFuture(place);
        } finally {
            lock.unlock();
        }
    }

    /** The place of a grant that stands as far as is known, for one request. */
    @Nullable
    Place begin(Grant grant) {
        lock.lock();
        try {
            Place place = places.get(grant.attempt());
            if (place == null || place.ending != null || !place.holds(grant.base())) {
                return null;
            }
            place.pending++;
            return place;
        } finally {
            lock.unlock();
        }
    }

    /** Samples the clock as long as there is a place: a machine that was suspended is seen by it. */
    private void pulse() {
        if (!pulsing) {
            pulsing = timers.schedule(PULSE_NANOS, this::beat) != null;
        }
    }

    private void beat() {
        timers.nanos();
        lock.lock();
        try {
            pulsing = false;
            if (!places.isEmpty()) {
                pulse();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Takes what an answer says of the key, unless a later write is known; null if it has gone. */
    void know(Place place, @Nullable Entry entry) {
        lock.lock();
        try {
            boolean old = entry != null && place.entry != null && entry.modified() < place.entry.modified();
            place.entry = old ? place.entry : entry;
        } finally {
            lock.unlock();
        }
    }

    void forgetLease(Place place) {
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

    void lost(Place place) {
        lock.lock();
        try {
            place.lost = true;
        } finally {
            lock.unlock();
        }
    }

    /** The lease that the attempt's key hangs on, or will; moves the key where its lease is too short. */
    CompletableFuture<Lease> fittingLease(Place place, long kept) {
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
                            holds ? Entry.holdsStill(place.attempt, entry.base()) : Entry.waits(place.attempt),
                            fresh.id())
                    .thenCompose(moved -> moved
                            ? queue.look(place).thenApply(now -> hang(place, fresh, now.orElse(null)))
                            : CompletableFuture.completedFuture(lease));
        });
    }

    Lease hang(Place place, Lease lease, @Nullable Entry entry) {
        lock.lock();
        try {
            place.lease = lease;
            place.entry = entry;
        } finally {
            lock.unlock();
        }
        return lease;
    }

    /** Forgets an attempt whose key is gone, or was never made; its name may be used again when no request of it is under way. */
    void leave(Place place) {
        Lease lease;
        lock.lock();
        try {
            places.remove(place.attempt, place);
            lease = place.lease;
            place.released = true;
            boolean first = !place.left;
            place.left = true;
            if (first && place.pending == 0) {
                names.giveBack(place.key);
            }
            if (place.timer != null) {
                place.timer.cancel();
            }
        } finally {
            lock.unlock();
        }
        predecessors.forget(place.attempt);
        if (lease != null && !lease.isShared()) {
            lease.revoke();
        }
    }

    /** Forgets an attempt for which a request has made no key, unless another request has made one, or may have. */
    void leaveIfUnused(Place place) {
        lock.lock();
        try {
            if (place.pending > 1 || place.entry != null) {
                return;
            }
        } finally {
            lock.unlock();
        }
        leave(place);
    }

    void confirm(Place place, long until) {
        lock.lock();
        try {
            place.until = Math.max(place.until, until);
        } finally {
            lock.unlock();
        }
    }

    void answered(Place place) {
        lock.lock();
        try {
            place.pending--;
            if (place.pending == 0 && place.left) {
                names.giveBack(place.key);
            } else if (place.pending == 0) {
                arm(place, place.until - timers.nanos());
            }
        } finally {
            lock.unlock();
        }
    }

    void arm(Place place, long delay) {
        if (place.timer != null) {
            place.timer.cancel();
        }
        if (places.get(place.attempt) == place) {
            place.timer = timers.schedule(delay, () -> end(place));
        }
    }

    /** Nothing was confirmed for as long as the terms say: the key goes, also where its lease is longer. */
    void end(Place place) {
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
        CompletableFuture<?> unused = queue.drop(place, made).whenComplete((dropped, failure) -> {
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

    void close() {
        places.clear();
    }
}
