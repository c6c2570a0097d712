package dev.pawl.lock;

import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One candidate for a leadership that is always wanted: it stands again whenever its term has ended, until it is closed.
 * Each term is a {@link LockHandle}, whose token tells the leader from those before. A leader that is paused does not know
 * that its term has ended: show the token to what it leads.
 *
 * <p>Thread-safe; no method blocks but {@link #close}.
 */
public final class LeaderElection implements AutoCloseable {

    private final DistributedLock lock;
    private final LockContext context;
    private final ReentrantLock guard = new ReentrantLock();

    private @Nullable Consumer<LockHandle> elected;
    private @Nullable CompletableFuture<LockHandle> standing;
    private @Nullable LockHandle term;
    private int failures;
    private boolean closed;

    LeaderElection(DistributedLock lock, LockContext context) {
        this.lock = lock;
        this.context = context;
    }

    /**
     * Begins to stand. Failures of the store are retried in the background.
     *
     * @param callback told of each term of this candidate, on the executor of the lock service; it learns of the term's end by
     *     {@link LockHandle#onLost}, and ends it itself by releasing the handle, or by {@link #resign}. What it throws is logged
     * @throws IllegalStateException if it stands already, or was closed
     */
    public void stand(Consumer<LockHandle> callback) {
        Objects.requireNonNull(callback, "callback");
        guard.lock();
        try {
            if (closed || elected != null) {
                throw new IllegalStateException("candidate must be new: closed=" + closed);
            }
            elected = callback;
        } finally {
            guard.unlock();
        }
        campaign();
    }

    /**
     * Returns this candidate's term, if it leads.
     *
     * @return the term's handle, or empty if others lead or nobody does
     */
    public Optional<LockHandle> term() {
        LockHandle present;
        guard.lock();
        try {
            present = term;
        } finally {
            guard.unlock();
        }
        // A handle that notices its loss here tells of it, which must not happen under the guard.
        return Optional.ofNullable(present).filter(handle -> !handle.remaining().isZero());
    }

    /** Ends this candidate's term, if it has one, and stands again behind the others. Does not block. */
    public void resign() {
        term().ifPresent(LockHandle::letGo);
    }

    /** Stops standing, and ends the term. Blocks for the store's answer to that. */
    @Override
    public void close() {
        LockHandle ended;
        CompletableFuture<LockHandle> left;
        guard.lock();
        try {
            closed = true;
            ended = term;
            term = null;
            left = standing;
        } finally {
            guard.unlock();
        }
        if (left != null) {
            left.cancel(false);
        }
        if (ended != null) {
            ended.release();
        }
    }

    private void campaign() {
        if (isClosed()) {
            return;
        }
        // Not under the guard: the store may tell other candidates of their grants on this thread.
        CompletableFuture<LockHandle> future = lock.acquireAsync();
        boolean late;
        guard.lock();
        try {
            late = closed;
            standing = future;
        } finally {
            guard.unlock();
        }
        if (late) {
            future.cancel(false);
        }
        CompletionStage<LockHandle> result = future;
        result.whenComplete((handle, failure) -> {
            if (failure == null) {
                begin(handle);
            } else {
                retry();
            }
        });
    }

    private boolean isClosed() {
        guard.lock();
        try {
            return closed;
        } finally {
            guard.unlock();
        }
    }

    private void begin(LockHandle handle) {
        // Before anyone sees the handle and could release it; of a loss it is told later too.
        handle.afterEnd(() -> ended(handle));
        Consumer<LockHandle> callback;
        boolean late;
        guard.lock();
        try {
            late = closed;
            failures = 0;
            callback = Objects.requireNonNull(elected);
            term = late ? null : handle;
        } finally {
            guard.unlock();
        }
        if (late) {
            handle.letGo();
            return;
        }
        if (handle.isOver()) {
            ended(handle);
        }
        context.callBack(lock.resource(), () -> callback.accept(handle));
    }

    private void ended(LockHandle handle) {
        guard.lock();
        try {
            if (term != handle) {
                return;
            }
            term = null;
        } finally {
            guard.unlock();
        }
        campaign();
    }

    private void retry() {
        long delayNanos;
        guard.lock();
        try {
            if (closed || context.isClosed()) {
                return;
            }
            failures++;
            delayNanos = context.retryNanos(failures);
        } finally {
            guard.unlock();
        }
        context.timers.schedule(delayNanos, this::campaign);
    }
}
