package dev.pawl.lock;

import dev.pawl.common.BackendException;
import dev.pawl.fencing.FencingToken;
import dev.pawl.lock.spi.LockResource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lock that is held, by whoever has this object: it belongs to no thread and may be passed on. Made to be used in a
 * try-with-resources statement.
 *
 * <p>A lease cannot stop a process that is paused from going on when it wakes. So show {@link #token()} to the resource
 * ({@link dev.pawl.fencing.FenceGuard}), and call {@link #ensureValid} right before each effect on a resource that cannot check it.
 *
 * <p>Thread-safe. Time counts on the monotonic clock and, where that stood still while the machine was suspended, on the wall
 * clock. Only {@link #verify}, {@link #release} and {@link #close} ask the store and block for its answer.
 */
public final class LockHandle implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LockHandle.class);

    private final Hold hold;
    private final FencingToken token;
    private final long heldSince;
    private final ReentrantLock lock = new ReentrantLock();

    private volatile Runnable afterEnd = () -> {};
    private List<Consumer<LockLost>> callbacks = List.of();
    private @Nullable LockLost lost;
    private @Nullable CompletableFuture<ReleaseResult> release;

    LockHandle(Hold hold, FencingToken token, long heldSince) {
        this.hold = hold;
        this.token = token;
        this.heldSince = heldSince;
    }

    /**
     * Returns the number of this grant. It never changes, and is larger than that of every grant of the same resource before.
     *
     * @return the token
     */
    public FencingToken token() {
        return token;
    }

    /**
     * Tells what is locked.
     *
     * @return kind and name
     */
    public LockResource resource() {
        return hold.resource();
    }

    /**
     * Tells where this handle stands, by this process's clock alone.
     *
     * @return the state now
     */
    public LockState state() {
        LockState now = hold.state();
        if (isLost()) {
            return LockState.LOST;
        }
        return isReleased() ? LockState.RELEASED : now;
    }

    /**
     * Returns for how long the lock is held at least, if it is not renewed: counted from before its last confirmed request
     * was sent, less a margin for clocks of different speed.
     *
     * @return zero if the lock is lost or released
     */
    public Duration remaining() {
        return isReleased() ? Duration.ZERO : Duration.ofNanos(hold.remainingNanos());
    }

    /**
     * Makes sure that the lock is held for some time yet: long enough for the effect that follows.
     *
     * @param atLeast how long it must be held, zero or more
     * @throws LockLostException if it is lost or released, or not held for so long without a renewal
     */
    public void ensureValid(Duration atLeast) {
        if (atLeast.isNegative()) {
            throw new IllegalArgumentException("atLeast must be >= 0: atLeast=" + atLeast);
        }
        Duration remaining = remaining();
        if (remaining.isZero()) {
            throw new LockLostException(notHeld(LossCause.RELEASED));
        }
        if (remaining.compareTo(atLeast) < 0) {
            throw new LockLostException(
                    new LockLost(resource(), token, LossCause.LEASE_ENDED),
                    "lock must be held for at least " + atLeast + ": remaining=" + remaining + ", resource="
                            + resource());
        }
    }

    /**
     * Has a callback told once when the lock is lost: at the first moment that this process runs after the lease has ended by
     * its clock, which is before the store can grant it again unless the process was paused, the store's clock stepped, or
     * someone released it by force. At once if it is lost already; never after a release.
     *
     * @param callback runs on the executor of the lock service; what it throws is logged
     */
    public void onLost(Consumer<LockLost> callback) {
        Objects.requireNonNull(callback, "callback");
        hold.state();
        LockLost already;
        lock.lock();
        try {
            already = lost;
            if (already == null) {
                callbacks = new ArrayList<>(callbacks);
                callbacks.add(callback);
            }
        } finally {
            lock.unlock();
        }
        if (already != null) {
            tell(callback, already);
        }
    }

    /**
     * Asks the store whether the lock is still held, and blocks for its answer; interruption does not end the wait. A lock
     * that the store does not know any more is lost from then on.
     *
     * @return whether it is held
     * @throws BackendException if the store does not answer; the lock is as it was
     */
    public boolean verify() {
        try {
            return !isReleased() && hold.verify().toCompletableFuture().join() && !isReleased();
        } catch (CompletionException e) {
            throw e.getCause() instanceof BackendException known
                    ? new BackendException("lock could not be verified: resource=" + resource(), known.outcome(), known)
                    : new IllegalStateException("lock could not be verified: resource=" + resource(), e.getCause());
        }
    }

    /**
     * Gives the lock back and blocks for the store's answer; interruption does not end the wait. Renewal has stopped before the
     * request is sent. Further calls return the first one's result.
     *
     * @return what became of it
     */
    public ReleaseResult release() {
        return releasing().join();
    }

    /**
     * Gives the lock back.
     *
     * @return completes with what became of it, on the executor of the lock service; never with an exception
     */
    public CompletableFuture<ReleaseResult> releaseAsync() {
        CompletableFuture<ReleaseResult> told = new CompletableFuture<>();
        CompletionStage<ReleaseResult> result = releasing();
        result.thenAccept(outcome -> hold.context().complete(() -> told.complete(outcome)));
        return told;
    }

    private CompletableFuture<ReleaseResult> releasing() {
        CompletableFuture<ReleaseResult> result;
        // A lease that has ended unnoticed is noticed here, as a loss.
        hold.state();
        lock.lock();
        try {
            if (release != null) {
                return release;
            }
            release = new CompletableFuture<>();
            result = release;
        } finally {
            lock.unlock();
        }
        if (isLost()) {
            released(result, ReleaseResult.ALREADY_LOST);
        } else {
            hold.release().thenAccept(outcome -> released(result, outcome));
        }
        return result;
    }

    /** Gives the lock back, and nobody wants to know what became of it. */
    void letGo() {
        CompletableFuture<ReleaseResult> ignored = releasing();
    }

    private void released(CompletableFuture<ReleaseResult> result, ReleaseResult outcome) {
        LockContext context = hold.context();
        if (context.listening()) {
            Duration held = Duration.ofNanos(context.clock.nanos() - heldSince);
            context.tell(new LockEvent.Released(resource(), outcome, held));
        }
        result.complete(outcome);
        afterEnd.run();
    }

    /** For an election, which goes on after the release or the loss of a term, whatever the user's executor does. */
    void afterEnd(Runnable next) {
        afterEnd = next;
    }

    boolean isOver() {
        return isReleased() || isLost();
    }

    /**
     * Releases the lock if that was not done already, as the end of a try-with-resources statement.
     *
     * @throws LockLostException if the lock had been lost before, so that what was done under it may be undone by others
     */
    @Override
    public void close() {
        boolean explicitly;
        lock.lock();
        try {
            explicitly = release != null;
        } finally {
            lock.unlock();
        }
        if (explicitly) {
            return;
        }
        ReleaseResult result = release();
        if (result == ReleaseResult.ALREADY_LOST) {
            throw new LockLostException(whyLost());
        }
        if (result == ReleaseResult.UNKNOWN) {
            LOG.warn(
                    "The store did not answer a release, which is repeated until the lease has ended: resource={},"
                            + " token={}",
                    resource(),
                    token.value());
        }
    }

    /** When this handle was made, by the ratchet clock. */
    long heldSince() {
        return heldSince;
    }

    boolean isReleased() {
        lock.lock();
        try {
            return release != null;
        } finally {
            lock.unlock();
        }
    }

    private boolean isLost() {
        lock.lock();
        try {
            return lost != null;
        } finally {
            lock.unlock();
        }
    }

    /** Why a release found the lock lost. */
    LockLost whyLost() {
        return notHeld(hold.lossCause());
    }

    private LockLost notHeld(LossCause unlessLost) {
        lock.lock();
        try {
            return lost != null ? lost : new LockLost(resource(), token, unlessLost);
        } finally {
            lock.unlock();
        }
    }

    void lost(LossCause cause) {
        LockLost now = new LockLost(resource(), token, cause);
        List<Consumer<LockLost>> told;
        lock.lock();
        try {
            // Whoever releases learns of a loss by the answer.
            if (release != null) {
                return;
            }
            lost = now;
            told = callbacks;
            callbacks = List.of();
        } finally {
            lock.unlock();
        }
        hold.announce(now);
        told.forEach(callback -> tell(callback, now));
        afterEnd.run();
    }

    private void tell(Consumer<LockLost> callback, LockLost now) {
        hold.context().callBack(now, () -> callback.accept(now));
    }
}
