package dev.pawl.lock;

import dev.pawl.common.BackendException;
import dev.pawl.fencing.FencingToken;
import dev.pawl.lock.spi.AcquireAnswer;
import dev.pawl.lock.spi.AcquireRequest;
import dev.pawl.lock.spi.LockResource;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Lock;
import java.util.function.Function;

/**
 * Something that can be held by one process at a time, or as one of several readers or permits: a lock, either side of
 * a {@link DistributedReadWriteLock}, or a semaphore. It holds nothing itself: each grant is a {@link LockHandle}. Cheap to make
 * again; immutable and thread-safe.
 *
 * <p>Not re-entrant: who holds a lock and wants it again waits for himself. {@link #asLock()} is the re-entrant adapter for
 * code that thinks in threads.
 */
public final class DistributedLock {

    private final LockContext context;
    private final ThreadHolds threadHolds;
    private final Wanted wanted;
    private final LockResource resource;

    DistributedLock(LockContext context, ThreadHolds threadHolds, Wanted wanted) {
        this.context = context;
        this.threadHolds = threadHolds;
        this.wanted = wanted;
        this.resource = wanted.resource();
    }

    /**
     * Tells what it locks.
     *
     * @return kind and name
     */
    public LockResource resource() {
        return resource;
    }

    /**
     * Waits for the lock for as long as it takes. When interrupted it leaves, and leaves nothing behind.
     *
     * @return the handle
     * @throws InterruptedException if the thread is interrupted before or while it waits
     * @throws BackendException if the store has failed for as long as the lock service's patience lasts
     */
    public LockHandle acquire() throws InterruptedException {
        requireNotInterrupted();
        Acquisition acquisition = begin(true);
        try {
            return handle(acquisition.result().get());
        } catch (ExecutionException e) {
            throw Failures.of(resource, e);
        } catch (InterruptedException e) {
            leave(acquisition);
            throw e;
        }
    }

    /**
     * Takes the lock if it is free now. Blocks for one answer of the store; interruption does not end the wait.
     *
     * @return the handle, or empty if others hold the lock or wait for it
     * @throws BackendException if the store does not answer; nothing is held then
     */
    public Optional<LockHandle> tryAcquire() {
        return joined(begin(false));
    }

    /**
     * Waits for the lock, but not for longer than the given time. When interrupted or when the time is up it leaves, and
     * leaves nothing behind.
     *
     * @param maxWait zero or more, on the monotonic clock
     * @return the handle, or empty if the lock was not to be had in time
     * @throws InterruptedException if the thread is interrupted before or while it waits
     * @throws BackendException if the store has failed for as long as the lock service's patience lasts, or fails at the
     *     end of the wait, so that nothing is known of the lock
     */
    public Optional<LockHandle> tryAcquire(Duration maxWait) throws InterruptedException {
        if (maxWait.isNegative()) {
            throw new IllegalArgumentException("maxWait must be >= 0: maxWait=" + maxWait);
        }
        if (maxWait.isZero()) {
            return tryAcquire();
        }
        requireNotInterrupted();
        Acquisition acquisition = begin(true);
        try {
            return acquisition.result().get(LockContext.saturatedNanos(maxWait), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            boolean failing = acquisition.isFailing();
            if (acquisition.end() && failing) {
                throw new BackendException(
                        "store did not answer until the end of the wait: resource=" + resource + ", maxWait=" + maxWait,
                        BackendException.Outcome.NOT_APPLIED,
                        null);
            }
            return joined(acquisition);
        } catch (ExecutionException e) {
            throw Failures.of(resource, e);
        } catch (InterruptedException e) {
            leave(acquisition);
            throw e;
        }
    }

    /**
     * Waits for the lock without a thread.
     *
     * @return completes with the handle, or exceptionally with a {@link BackendException} as {@link #acquire} says, on the
     *     executor of the lock service. Whoever completes it otherwise - cancels it, lets it time out - leaves, and a grant that
     *     comes too late is released
     */
    public CompletableFuture<LockHandle> acquireAsync() {
        CompletableFuture<LockHandle> future = new CompletableFuture<>();
        Acquisition acquisition = begin(true);
        CompletionStage<Optional<LockHandle>> result = acquisition.result();
        result.whenComplete((handle, failure) -> context.complete(() -> {
            if (failure != null) {
                future.completeExceptionally(Failures.of(resource, failure));
            } else if (handle.isEmpty()) {
                future.cancel(false);
            } else if (!future.complete(handle.get())) {
                handle.get().letGo();
            }
        }));
        CompletionStage<LockHandle> left = future;
        left.whenComplete((handle, failure) -> acquisition.end());
        return future;
    }

    /**
     * Runs something under the lock.
     *
     * @param body is given the handle, for its token
     * @param <T> the type of the body's result
     * @return the body's result
     * @throws LockLostException if the lock was lost before the body had ended; as a suppressed exception if the body threw
     * @throws Exception what the body or {@link #acquire} throws
     */
    public <T> T call(LockedCall<T> body) throws Exception {
        try (LockHandle handle = acquire()) {
            return body.call(handle);
        }
    }

    /**
     * Runs something under the lock, if it is to be had in time.
     *
     * @param maxWait zero or more, on the monotonic clock
     * @param body is given the handle, for its token
     * @param <T> the type of the body's result
     * @return the body's result
     * @throws LockTimeoutException if the lock was not to be had in time; the body has not run
     * @throws LockLostException if the lock was lost before the body had ended; as a suppressed exception if the body threw
     * @throws Exception what the body or {@link #tryAcquire(Duration)} throws
     */
    public <T> T call(Duration maxWait, LockedCall<T> body) throws Exception {
        try (LockHandle handle = tryAcquire(maxWait).orElseThrow(() -> new LockTimeoutException(resource, maxWait))) {
            return body.call(handle);
        }
    }

    /**
     * Returns a view for code that thinks in threads: re-entrant, bound to the thread that locked, one hold for all views of
     * the same lock of one lock service. Re-entering throws {@link LockLostException} once the lock is lost, and so does the
     * last unlock. It has no conditions. In a pool it must be unlocked by the task that locked it, as any
     * {@code java.util.concurrent} lock; prefer handles where a task may end without.
     *
     * @return the view
     * @throws UnsupportedOperationException for a semaphore, whose permits belong to no thread
     */
    public Lock asLock() {
        if (wanted.mode() == FencingToken.Kind.PERMIT) {
            throw new UnsupportedOperationException("a permit belongs to no thread: resource=" + resource);
        }
        return new ThreadLock(this, wanted.mode(), threadHolds);
    }

    /** Asks once, in the given way. */
    Optional<LockHandle> takeOver(Function<AcquireRequest, CompletionStage<AcquireAnswer>> asking) {
        return joined(new Acquisition(context, wanted, false, asking).start());
    }

    private Acquisition begin(boolean queued) {
        return new Acquisition(context, wanted, queued).start();
    }

    private static void requireNotInterrupted() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    private static void leave(Acquisition acquisition) {
        if (!acquisition.end()) {
            CompletionStage<Optional<LockHandle>> result = acquisition.result();
            result.thenAccept(late -> late.ifPresent(LockHandle::letGo));
        }
    }

    private LockHandle handle(Optional<LockHandle> result) {
        return result.orElseThrow(() -> new IllegalStateException("acquisition has ended: resource=" + resource));
    }

    private Optional<LockHandle> joined(Acquisition acquisition) {
        try {
            return acquisition.result().join();
        } catch (CompletionException e) {
            throw Failures.of(resource, e);
        }
    }
}
