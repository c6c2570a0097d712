package dev.pawl.lock.spi;

import java.time.Duration;

/**
 * Locks in one store under one namespace. Thread-safe. One backend may serve any number of sessions; each is a client of
 * its own.
 */
public interface LockBackend extends AutoCloseable {

    /**
     * Tells what this store offers, and on what each promise rests.
     *
     * @return the same answer each time
     */
    LockGuarantees guarantees();

    /**
     * Names who counts the tokens of a resource, as {@link dev.pawl.fencing.FencingToken#issuer()} says.
     *
     * @param resource the resource
     * @return the issuer, the same for every client of the same store and namespace
     */
    String issuer(LockResource resource);

    /**
     * Tells the shortest lease after which the store itself frees what a dead client has held.
     *
     * @return 100 ms unless the store cannot do it so soon
     */
    default Duration leastLease() {
        return Duration.ofMillis(100);
    }

    /**
     * Tells the longest lease, where the store keeps locks for as long as a session lives, or has agreed on a bound with others.
     *
     * @return a day unless there is such a bound
     */
    default Duration greatestLease() {
        return Duration.ofDays(1);
    }

    /**
     * Begins a session. Does not block; the first requests may.
     *
     * @param id the session's id: letters, digits and hyphens, unique among all clients of the store
     * @param listener is told of grants to attempts that wait
     * @return the session
     */
    LockSession open(String id, GrantListener listener);

    /**
     * Returns what an administrator may do. Without {@link LockFeature#ADMIN} it is asked to describe and to refuse only.
     *
     * @return the administration; it works as long as the backend is open
     * @throws UnsupportedOperationException if this store offers none
     */
    default LockAdministration administration() {
        guarantees().require(LockFeature.DESCRIBE);
        throw new UnsupportedOperationException("backend must offer what it promises: feature=DESCRIBE");
    }

    /** Frees what the backend itself holds; the application's client stays open. Sessions must be closed before. */
    @Override
    void close();
}
