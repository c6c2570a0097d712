package dev.pawl.lock;

import dev.pawl.fencing.FencingToken;
import dev.pawl.lock.ThreadHolds.Side;
import dev.pawl.lock.ThreadHolds.ThreadHold;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/** The re-entrant view of a lock, bound to threads. Re-entering shows the same token and asks nobody. */
final class ThreadLock implements Lock {

    private final DistributedLock lock;
    private final Side side;
    private final ThreadHolds holds;

    ThreadLock(DistributedLock lock, FencingToken.Kind mode, ThreadHolds holds) {
        this.lock = lock;
        this.side = new Side(lock.resource(), mode);
        this.holds = holds;
    }

    @Override
    public void lock() {
        if (reentered()) {
            return;
        }
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    holds.begin(side, lock.acquire());
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void lockInterruptibly() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        if (!reentered()) {
            holds.begin(side, lock.acquire());
        }
    }

    @Override
    public boolean tryLock() {
        return reentered() || begun(lock.tryAcquire());
    }

    @Override
    public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        Duration maxWait = Duration.ofNanos(Math.max(0, unit.toNanos(time)));
        return reentered() || begun(lock.tryAcquire(maxWait));
    }

    @Override
    public void unlock() {
        ThreadHold hold = holds.mine(side);
        if (hold == null) {
            throw new IllegalMonitorStateException("lock must be held by this thread: resource=" + lock.resource());
        }
        hold.count--;
        if (hold.count == 0) {
            // First of all, so that a loss or a store that is down leaves nothing behind in this thread.
            holds.end(side);
            hold.handle.close();
        }
    }

    @Override
    public Condition newCondition() {
        throw new UnsupportedOperationException("a distributed lock has no conditions: resource=" + lock.resource());
    }

    private boolean reentered() {
        ThreadHold hold = holds.mine(side);
        if (hold == null) {
            return false;
        }
        hold.handle.ensureValid(Duration.ZERO);
        hold.count++;
        return true;
    }

    private boolean begun(Optional<LockHandle> handle) {
        handle.ifPresent(held -> holds.begin(side, held));
        return handle.isPresent();
    }

    @Override
    public String toString() {
        return "Lock[" + lock.resource() + "]";
    }
}
