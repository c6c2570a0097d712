package dev.pawl.lock.zookeeper;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.common.RatchetClock;
import dev.pawl.common.Ticker;
import dev.pawl.lock.spi.AcquireAnswer;
import dev.pawl.lock.spi.AcquireRequest;
import dev.pawl.lock.spi.Grant;
import dev.pawl.lock.spi.GrantListener;
import dev.pawl.lock.spi.LockSession;
import dev.pawl.lock.spi.LockTerms;
import dev.pawl.wheel.TimerThread;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A client of the store: one session of ZooKeeper at a time, begun with the first request and anew after one has expired. A closed
 * one lives on until the last of its grants has ended.
 */
final class ZooKeeperLockSession implements LockSession {

    private static final long PULSE_NANOS = 50_000_000;

    private final Surroundings surroundings;
    private final String id;
    private final Runnable onClose;
    private final ForeignLocks foreign;
    private final Map<String, Long> dead = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable StoreSession current;
    private int sessions;
    private boolean pulsing;
    private boolean ended;
    private volatile boolean closed;

    ZooKeeperLockSession(ZooKeeperLockBackend backend, String id, GrantListener listener, Runnable onClose) {
        this.surroundings = new Surroundings(
                backend.connector(),
                backend.options(),
                backend.paths(),
                backend.sequenceLimit(),
                TimerThread.start("pawl-lock-zookeeper"),
                new RatchetClock(Ticker.system(), Clock.systemUTC()),
                listener,
                this::endIfNothingIsLeft);
        this.id = id;
        this.onClose = onClose;
        this.foreign = new ForeignLocks(backend.paths());
    }

    @Override
    public CompletionStage<AcquireAnswer> acquire(AcquireRequest request) {
        return enter(request, (place, calledAt) -> place.ask(request, calledAt));
    }

    CompletionStage<AcquireAnswer> takeOver(AcquireRequest request, Grant from) {
        return enter(request, (place, calledAt) -> place.takeOver(request, from, calledAt));
    }

    private interface Way {
        CompletableFuture<AcquireAnswer> take(Place place, long calledAt);
    }

    private CompletionStage<AcquireAnswer> enter(AcquireRequest request, Way way) {
        if (closed) {
            return CompletableFuture.failedFuture(Entry.closed());
        }
        long calledAt = surroundings.now();
        return told("acquire", () -> enter(request, way, calledAt));
    }

    private CompletableFuture<AcquireAnswer> enter(AcquireRequest request, Way way, long calledAt) {
        if (isDead(request.attempt())) {
            return CompletableFuture.completedFuture(new AcquireAnswer.Ended());
        }
        StoreSession store = current();
        return store.ready().thenCompose(begun -> {
            long age = surroundings.now() - calledAt;
            if (age >= LEAST_TOMBSTONE.toNanos()) {
                // The attempt may have left while the session began, and that it is dead be forgotten.
                return CompletableFuture.failedFuture(new BackendException(
                        "ZooKeeper must begin a session within " + LEAST_TOMBSTONE + ": after=" + Duration.ofNanos(age),
                        Outcome.NOT_APPLIED,
                        null));
            }
            Place place = store.place(request);
            pulse();
            if (isDead(request.attempt())) {
                // Ended while the session began.
                place.leave();
                return CompletableFuture.completedFuture(new AcquireAnswer.Ended());
            }
            return place.isOver()
                    ? place.gone().thenCompose(gone -> enter(request, way, calledAt))
                    : way.take(place, calledAt);
        });
    }

    private StoreSession current() {
        lock.lock();
        try {
            if (closed) {
                throw Entry.closed();
            }
            StoreSession store = current;
            if (store == null || store.isOver()) {
                sessions++;
                store = new StoreSession(surroundings, id + '-' + sessions, this::sessionEnded);
                current = store;
            }
            return store;
        } finally {
            lock.unlock();
        }
    }

    private void sessionEnded() {
        surroundings.listener().missed();
        endIfNothingIsLeft();
    }

    private @Nullable StoreSession begun() {
        lock.lock();
        try {
            return current;
        } finally {
            lock.unlock();
        }
    }

    private Optional<Place> place(Grant grant) {
        StoreSession store = begun();
        return store == null
                ? Optional.empty()
                : store.known(grant.attempt()).filter(place -> place.resource().equals(grant.resource()));
    }

    @Override
    public CompletionStage<Boolean> renew(Grant grant, LockTerms terms) {
        long calledAt = surroundings.now();
        return ofOpen("renew", grant, place -> place.renew(grant, terms, calledAt));
    }

    @Override
    public CompletionStage<Boolean> verify(Grant grant) {
        return ofOpen("verify", grant, place -> place.verify(grant));
    }

    private CompletionStage<Boolean> ofOpen(
            String what, Grant grant, Function<Place, CompletableFuture<Boolean>> question) {
        if (closed) {
            return CompletableFuture.failedFuture(Entry.closed());
        }
        return told(what, () -> place(grant).map(question).orElseGet(() -> CompletableFuture.completedFuture(false)));
    }

    /**
     * What an attempt left unanswered can only come by this session's own handle, which knows what it has sent: so that an
     * attempt is dead is known here alone, and nothing of it needs to be kept in the store.
     */
    @Override
    public CompletionStage<Boolean> release(Grant grant, Duration tombstone) {
        if (closed) {
            return CompletableFuture.failedFuture(Entry.closed());
        }
        long now = surroundings.now();
        dead.values().removeIf(end -> end - now <= 0);
        if (!tombstone.isZero()) {
            dead.merge(grant.attempt(), now + tombstone.toNanos(), Math::max);
        }
        return told("release", () -> {
            Optional<Place> place = place(grant);
            if (place.isPresent()) {
                return place.get().release(grant);
            }
            boolean nothing = grant.base() == 0 || grant.base() == AcquireAnswer.GREATEST_BASE;
            return nothing
                    ? CompletableFuture.completedFuture(false)
                    : foreign.delete(current().wire(), grant);
        });
    }

    private boolean isDead(String attempt) {
        Long end = dead.get(attempt);
        return end != null && end - surroundings.now() > 0;
    }

    private static <T> CompletionStage<T> told(String what, Supplier<CompletableFuture<T>> asking) {
        CompletableFuture<T> answer;
        try {
            answer = asking.get();
        } catch (BackendException e) {
            return CompletableFuture.failedFuture(e);
        }
        return answer.exceptionallyCompose(failure -> CompletableFuture.failedFuture(Wire.failed(what, failure)));
    }

    /** Samples the clock as long as there is something, so that a pause is not hidden by a step of the wall clock. */
    private void pulse() {
        lock.lock();
        try {
            if (!pulsing) {
                pulsing = true;
                surroundings.schedule(PULSE_NANOS, this::beat);
            }
        } finally {
            lock.unlock();
        }
    }

    private void beat() {
        surroundings.now();
        lock.lock();
        try {
            pulsing = false;
            if (current == null || current.places().isEmpty()) {
                return;
            }
        } finally {
            lock.unlock();
        }
        pulse();
    }

    @Override
    public void close() {
        StoreSession store;
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            store = current;
        } finally {
            lock.unlock();
        }
        onClose.run();
        if (store != null) {
            store.places().forEach(Place::leave);
        }
        endIfNothingIsLeft();
    }

    private void endIfNothingIsLeft() {
        StoreSession store;
        lock.lock();
        try {
            store = current;
            boolean left = store != null && !store.isOver() && !store.places().isEmpty();
            if (!closed || ended || left) {
                return;
            }
            ended = true;
        } finally {
            lock.unlock();
        }
        surroundings.timers().close();
        if (store != null) {
            store.end();
            ZooKeeperLockBackend.closeLater(store.wire().zooKeeper());
        }
    }
}
