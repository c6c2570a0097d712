package dev.pawl.lock;

import dev.pawl.common.BackendException;
import dev.pawl.common.Deadline;
import dev.pawl.common.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Several locks of one store as one: all are held, or none. They are taken one after the other in the order of their names,
 * each with its own lease, token and renewal. Immutable and thread-safe.
 */
public final class MultiLock {

    private final List<DistributedLock> locks;

    MultiLock(List<DistributedLock> locks) {
        this.locks = locks;
    }

    /**
     * Waits for all locks for as long as it takes. When interrupted it gives back what it has.
     *
     * @return the handle of all
     * @throws InterruptedException if the thread is interrupted before or while it waits
     * @throws BackendException as {@link DistributedLock#acquire} says
     * @throws LockLostException if a lock was lost while the others were waited for
     */
    public MultiHandle acquire() throws InterruptedException {
        List<LockHandle> held = new ArrayList<>();
        boolean complete = false;
        try {
            for (DistributedLock lock : locks) {
                held.add(lock.acquire());
            }
            MultiHandle handle = new MultiHandle(held);
            handle.ensureValid(Duration.ZERO);
            complete = true;
            return handle;
        } finally {
            if (!complete) {
                giveBack(held);
            }
        }
    }

    /**
     * Waits for all locks, but not for longer than the given time in all.
     *
     * @param maxWait zero or more, on the monotonic clock; zero takes them only if all are free
     * @return the handle of all, or empty if one was not to be had in time; nothing is held then
     * @throws InterruptedException if the thread is interrupted before or while it waits
     * @throws BackendException as {@link DistributedLock#tryAcquire(Duration)} says
     * @throws LockLostException if a lock was lost while the others were waited for
     */
    public Optional<MultiHandle> tryAcquire(Duration maxWait) throws InterruptedException {
        Deadline deadline = Deadline.after(maxWait, Ticker.system());
        List<LockHandle> held = new ArrayList<>();
        boolean complete = false;
        try {
            for (DistributedLock lock : locks) {
                Duration left = Duration.ofNanos(Math.max(0, deadline.remainingNanos()));
                Optional<LockHandle> handle = lock.tryAcquire(left);
                if (handle.isEmpty()) {
                    return Optional.empty();
                }
                held.add(handle.get());
            }
            MultiHandle handle = new MultiHandle(held);
            handle.ensureValid(Duration.ZERO);
            complete = true;
            return Optional.of(handle);
        } finally {
            if (!complete) {
                giveBack(held);
            }
        }
    }

    private static void giveBack(List<LockHandle> held) {
        held.forEach(LockHandle::letGo);
    }
}
