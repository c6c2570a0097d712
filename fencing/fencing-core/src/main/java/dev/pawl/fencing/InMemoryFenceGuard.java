package dev.pawl.fencing;

import dev.pawl.fencing.FenceGuarantee.Level;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Guards a resource that lives in this process: use one guard for each resource, shared by all threads that touch it, and
 * keep it as long as the resource.
 *
 * <pre>{@code
 * guard.enter(token);                    // before anything is read
 * guard.call(token, () -> update(map));  // checked, and nobody enters until it is done
 * }</pre>
 *
 * <p><b>Guarantee.</b> {@link #call} and {@link #run} hold a lock for the whole effect, which effects share and an
 * {@link #enter} that puts one of them out takes alone: once a later holder has entered, no effect of an older one is running or
 * will run. {@link #check} alone says nothing of the moment after it. Other processes are not seen.
 *
 * <p><b>Threads.</b> Thread-safe; a virtual thread that waits here gives its carrier free. {@code enter} waits for effects
 * that are running, without a time limit, and interruption does not end the wait: an effect should be short. It must not
 * be called from inside of an effect.
 */
public final class InMemoryFenceGuard implements FenceGuard {

    private final String resource;
    /** Shared by effects, taken alone to put one of them out. */
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    /** Held by one who enters: the others of the same holder find it done, and do not wait for its effects. */
    private final ReentrantLock entering = new ReentrantLock();

    private volatile FenceMarks marks = FenceMarks.NONE;

    private InMemoryFenceGuard(String resource) {
        this.resource = resource;
    }

    /**
     * Makes the guard of a resource at which nobody has entered.
     *
     * @param resource the resource's name, for messages
     * @return the guard
     */
    public static InMemoryFenceGuard of(String resource) {
        return new InMemoryFenceGuard(Objects.requireNonNull(resource, "resource"));
    }

    @Override
    public String resource() {
        return resource;
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalStateException if it is called from inside of an effect of this guard
     */
    @Override
    public void enter(FencingToken token) {
        FenceMarks seen = marks;
        // Who has entered already, or is stale, need not wait.
        if (seen.enter(resource, token).equals(seen)) {
            return;
        }
        requireOutsideOfEffects();
        entering.lock();
        try {
            raise(token);
        } finally {
            entering.unlock();
        }
    }

    private void raise(FencingToken token) {
        FenceMarks now = marks;
        FenceMarks raised = now.enter(resource, token);
        // An effect that runs is one that passes now: a writer's where floor and top meet, else one that they both
        // share with.
        boolean leavesAllIn = raised.floor() == now.floor() && now.floor() != now.top();
        if (raised.equals(now) || leavesAllIn) {
            marks = raised;
            return;
        }
        setWithoutEffects(raised);
    }

    @Override
    public void check(FencingToken token) {
        marks.check(resource, token);
    }

    /**
     * Checks the token and runs the effect, as one step: nobody later enters before it has ended.
     *
     * @param token the holder's token, which has entered
     * @param effect what the holder does to the resource, on this thread
     * @param <T> what it returns
     * @return what it returned
     * @throws StaleTokenException if a later holder has entered; the effect was not run
     * @throws NotEnteredException if this one has not; the effect was not run
     * @throws IssuerMismatchException if the resource is bound to another issuer; the effect was not run
     * @throws Exception what the effect threw
     */
    public <T> T call(FencingToken token, Callable<T> effect) throws Exception {
        lock.readLock().lock();
        try {
            marks.check(resource, token);
            return effect.call();
        } finally {
            lock.readLock().unlock();
        }
    }

    /**
     * Checks the token and runs the effect, as {@link #call} does.
     *
     * @param token the holder's token, which has entered
     * @param effect what the holder does to the resource, on this thread
     * @throws StaleTokenException if a later holder has entered; the effect was not run
     * @throws NotEnteredException if this one has not; the effect was not run
     * @throws IssuerMismatchException if the resource is bound to another issuer; the effect was not run
     */
    public void run(FencingToken token, Runnable effect) {
        lock.readLock().lock();
        try {
            marks.check(resource, token);
            effect.run();
        } finally {
            lock.readLock().unlock();
        }
    }

    /**
     * Moves the resource to an issuer: an administrator's act, after which every holder has to enter anew. Waits for
     * effects that are running.
     *
     * @param issuer who counts from now on
     * @param floor the least number to accept, at least 1
     * @throws IllegalArgumentException if issuer or floor are out of range
     * @throws IllegalStateException if it is called from inside of an effect of this guard
     */
    public void reset(String issuer, long floor) {
        FenceMarks set = FenceMarks.set(issuer, floor);
        requireOutsideOfEffects();
        entering.lock();
        try {
            setWithoutEffects(set);
        } finally {
            entering.unlock();
        }
    }

    /**
     * Returns the marks as they are now.
     *
     * @return the marks
     */
    public FenceMarks marks() {
        return marks;
    }

    @Override
    public FenceGuarantee guarantees() {
        return new FenceGuarantee(Level.ATOMIC_IN_PROCESS, "effects run by call and run of the guard in this process");
    }

    private void requireOutsideOfEffects() {
        if (lock.getReadHoldCount() > 0) {
            throw new IllegalStateException(
                    "enter and reset must not be called inside of an effect: resource=" + TokenText.shown(resource));
        }
    }

    /** Waits until no effect runs. */
    private void setWithoutEffects(FenceMarks next) {
        lock.writeLock().lock();
        try {
            marks = next;
        } finally {
            lock.writeLock().unlock();
        }
    }
}
