package dev.pawl.lock.zookeeper;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.lock.spi.AcquireAnswer;
import dev.pawl.lock.spi.AcquireRequest;
import dev.pawl.lock.spi.Grant;
import dev.pawl.lock.spi.LockResource;
import dev.pawl.lock.spi.LockTerms;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.jspecify.annotations.Nullable;

/**
 * What one attempt has in one session of ZooKeeper: nothing yet, a node in the queue, or a grant; and for how long if it is not
 * heard of again. Requests that touch the node run one after the other. Once it is over it is over, and what is left of it in the store is
 * deleted, again and again until that is answered or the session ends. Thread-safe; never blocks.
 */
final class Place {

    private static final long RETRY_NANOS = 100_000_000;

    private enum Phase {
        /** No node is known. */
        OUTSIDE,
        QUEUED,
        GRANTED,
        /** Given back, lapsed, or gone; a node may be left. */
        OVER
    }

    private final StoreSession session;
    private final Surroundings surroundings;
    private final AcquireRequest request;
    private final Entry entry;
    private final ReentrantLock lock = new ReentrantLock();
    private final CompletableFuture<Boolean> gone = new CompletableFuture<>();
    /** Completes when the first try to delete what is left has ended, or none is made yet since a lock-delay stands. */
    private final CompletableFuture<Boolean> tried = new CompletableFuture<>();

    private CompletableFuture<?> tail = CompletableFuture.completedFuture(true);
    private volatile Phase phase = Phase.OUTSIDE;
    private volatile boolean refused;
    private volatile boolean watched;
    private volatile boolean givenBack;
    private long floor;
    private long end;
    private int asking;
    private Surroundings.@Nullable Timer timer;

    Place(StoreSession session, AcquireRequest request) {
        this.session = session;
        this.surroundings = session.surroundings();
        this.request = request;
        this.entry = new Entry(session, this, request);
    }

    String attempt() {
        return request.attempt();
    }

    LockResource resource() {
        return request.resource();
    }

    boolean isOver() {
        return phase == Phase.OVER;
    }

    boolean isGranted() {
        return phase == Phase.GRANTED;
    }

    /** Completes when nothing is left of it. */
    CompletableFuture<Boolean> gone() {
        return gone;
    }

    /** Runs a step when those before it have ended, however they did. */
    private <T> CompletableFuture<T> inTurn(Supplier<CompletableFuture<T>> step) {
        lock.lock();
        try {
            CompletableFuture<T> next = tail.handle((any, failure) -> true).thenCompose(turn -> step.get());
            tail = next;
            return next;
        } finally {
            lock.unlock();
        }
    }

    CompletableFuture<AcquireAnswer> ask(AcquireRequest again, long calledAt) {
        return asking(again, calledAt, () -> entry.step(again, calledAt));
    }

    /** In place of a holder. */
    CompletableFuture<AcquireAnswer> takeOver(AcquireRequest again, Grant from, long calledAt) {
        return asking(again, calledAt, () -> entry.takeOver(again, from, calledAt));
    }

    /** While it is asked for, it does not lapse: the way to the first grant may take longer than a short lease. */
    private CompletableFuture<AcquireAnswer> asking(
            AcquireRequest again, long calledAt, Supplier<CompletableFuture<AcquireAnswer>> step) {
        asked(1);
        return inTurn(() -> {
                    keep(again.terms());
                    return switch (phase) {
                        case OVER -> CompletableFuture.completedFuture(taken());
                        case GRANTED -> regrant(again.terms(), calledAt);
                        case OUTSIDE, QUEUED -> step.get();
                    };
                })
                .whenComplete((answer, failure) -> asked(-1));
    }

    private void asked(int more) {
        lock.lock();
        try {
            asking += more;
            if (asking == 0 && timer == null && phase != Phase.OVER) {
                schedule();
            }
        } finally {
            lock.unlock();
        }
    }

    private CompletableFuture<AcquireAnswer> regrant(LockTerms terms, long calledAt) {
        if (refused) {
            return CompletableFuture.completedFuture(new AcquireAnswer.Ended());
        }
        return session.proven(calledAt + provenNanos(terms)).thenApply(proven -> granted(entry.base(), floor, terms));
    }

    /** The node is in front, and the session lives for long enough: it is a grant, unless it was given back meanwhile. */
    AcquireAnswer granted(long base, long leastBase, LockTerms terms) {
        lock.lock();
        try {
            if (phase == Phase.OVER) {
                return taken();
            }
            phase = Phase.GRANTED;
            floor = leastBase;
        } finally {
            lock.unlock();
        }
        keep(terms);
        return new AcquireAnswer.Granted(base, leastBase);
    }

    AcquireAnswer taken() {
        return new AcquireAnswer.Taken(surroundings.options().sessionTimeout());
    }

    /** The node is there; without it the place is outside again. */
    void queued(boolean there) {
        lock.lock();
        try {
            if (phase != Phase.OVER) {
                phase = there ? Phase.QUEUED : Phase.OUTSIDE;
            }
        } finally {
            lock.unlock();
        }
    }

    /** What a grant lasts at most: what is longer cannot be proven, and is not asked for by whoever keeps to the bound. */
    long leaseNanos(LockTerms terms) {
        return Math.min(
                terms.lease().toNanos(), surroundings.options().greatestLease().toNanos());
    }

    /** For how long the session must live for a grant: the lock-delay counts from the end of the lease. */
    long provenNanos(LockTerms terms) {
        return leaseNanos(terms) + surroundings.options().lockDelay().toNanos();
    }

    /** From now on, and not from the call: the first one may have taken longer than a short lease to connect. */
    private void keep(LockTerms terms) {
        lock.lock();
        try {
            end = Math.max(end, surroundings.now() + terms.lease().toNanos());
        } finally {
            lock.unlock();
        }
    }

    private void schedule() {
        timer = surroundings.schedule(end - surroundings.now(), this::lapse);
    }

    private void lapse() {
        boolean held;
        lock.lock();
        try {
            timer = null;
            if (phase == Phase.OVER || asking > 0) {
                return;
            }
            if (end - surroundings.now() > 0) {
                schedule();
                return;
            }
            held = phase == Phase.GRANTED;
            phase = Phase.OVER;
        } finally {
            lock.unlock();
        }
        Duration delay = surroundings.options().lockDelay();
        if (held && !delay.isZero()) {
            tried.complete(true);
            surroundings.schedule(delay.toNanos(), this::removeLater);
        } else {
            removeLater();
        }
    }

    boolean stands(long base) {
        return phase == Phase.GRANTED && !refused && entry.base() == base && !session.isOver();
    }

    CompletableFuture<Boolean> renew(Grant grant, LockTerms terms, long calledAt) {
        if (!stands(grant.base())) {
            return lost();
        }
        CompletableFuture<Boolean> proven = session.proven(calledAt + provenNanos(terms));
        CompletableFuture<Boolean> own = watched ? CompletableFuture.completedFuture(true) : look();
        return Wire.then(own.thenCombine(proven, (seen, proof) -> true), (done, failure) -> {
            if (failure != null && !session.isOver()) {
                throw Wire.failed("renew", failure);
            }
            if (!stands(grant.base())) {
                return lost();
            }
            keep(terms);
            return CompletableFuture.completedFuture(true);
        });
    }

    CompletableFuture<Boolean> verify(Grant grant) {
        if (!stands(grant.base())) {
            return lost();
        }
        return Wire.then(session.fresh(this::look), (seen, failure) -> {
            if (failure != null && !session.isOver()) {
                throw Wire.failed("verify", failure);
            }
            return stands(grant.base()) ? CompletableFuture.completedFuture(true) : lost();
        });
    }

    /** Whoever is told of the end finds the node gone too, unless a lock-delay stands. */
    private CompletableFuture<Boolean> lost() {
        return phase == Phase.OVER ? tried.thenApply(ended -> false) : CompletableFuture.completedFuture(false);
    }

    /** Looks at the own node, and watches it from now on. */
    private CompletableFuture<Boolean> look() {
        watched = true;
        return session.wire().data(entry.path(), (Watcher) this::ownNodeChanged).handle((data, failure) -> {
            if (failure == null) {
                boolean mine = data.stat().getEphemeralOwner() == session.id()
                        && data.stat().getCzxid() == entry.base();
                if (!mine) {
                    vanished();
                } else if (Note.read(data.bytes()).refused()) {
                    refused = true;
                }
                return true;
            }
            watched = false;
            if (Wire.is(failure, Code.NONODE)) {
                vanished();
                return true;
            }
            throw Wire.failed("show a lock", failure);
        });
    }

    private void ownNodeChanged(WatchedEvent event) {
        switch (event.getType()) {
            case NodeDeleted -> vanished();
            case NodeDataChanged -> watched = false;
            default -> {}
        }
    }

    /** Somebody has deleted the node. */
    private void vanished() {
        if (end(false)) {
            forget();
        }
    }

    private boolean end(boolean byRelease) {
        lock.lock();
        try {
            if (phase == Phase.OVER) {
                return false;
            }
            givenBack = byRelease && phase == Phase.GRANTED;
            phase = Phase.OVER;
            if (timer != null) {
                timer.cancel();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Gives it back; true if it was granted until then. */
    CompletableFuture<Boolean> release(Grant grant) {
        if (grant.base() != 0 && (phase == Phase.OUTSIDE || phase == Phase.QUEUED || grant.base() != entry.base())) {
            return CompletableFuture.completedFuture(false);
        }
        if (!end(true) && !givenBack) {
            return lost();
        }
        return remove().handle((removed, failure) -> {
            if (failure != null && !session.isOver()) {
                throw Wire.failed("release", failure);
            }
            return failure == null && removed && givenBack;
        });
    }

    /** Leaves the queue, unless it has come to its end. */
    void leave() {
        if (phase != Phase.GRANTED && end(false)) {
            removeLater();
        }
    }

    /** A contender that does not wait leaves before it is answered. */
    CompletableFuture<AcquireAnswer> leaveTaken() {
        end(false);
        return entry.remove().handle((removed, failure) -> {
            if (failure == null) {
                forget();
            } else {
                tried.complete(true);
                retryRemoval();
            }
            return taken();
        });
    }

    private void removeLater() {
        CompletableFuture<Boolean> unused = remove();
    }

    private CompletableFuture<Boolean> remove() {
        CompletableFuture<Boolean> removing = inTurn(entry::remove);
        CompletableFuture<Boolean> unused = removing.whenComplete((removed, failure) -> {
            tried.complete(true);
            if (failure == null) {
                forget();
            } else {
                retryRemoval();
            }
        });
        return removing;
    }

    /** A node that stays would keep others out for as long as the session lives. */
    private void retryRemoval() {
        if (session.isOver()) {
            forget();
        } else {
            surroundings.schedule(RETRY_NANOS, this::removeLater);
        }
    }

    private void forget() {
        session.forget(this);
        tried.complete(true);
        gone.complete(true);
    }

    void sessionEnded() {
        end(false);
        forget();
    }

    /** Something that was waited for has happened. */
    void wake() {
        if (phase == Phase.QUEUED) {
            surroundings.listener().wake(request.attempt());
        }
    }

    static BackendException unfit(long czxid) {
        return new BackendException(
                "transaction id must be below 2^53 to be a token: czxid=" + czxid, Outcome.NOT_APPLIED, null);
    }
}
