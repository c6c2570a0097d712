package dev.pawl.lock.spi;

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
     * Begins a session. Does not block; the first requests may.
     *
     * @param id the session's id: letters, digits and hyphens, unique among all clients of the store
     * @param listener is told of grants to attempts that wait
     * @return the session
     */
    LockSession open(String id, GrantListener listener);

    /**
     * Returns what an administrator may do.
     *
     * @return the administration; it works as long as the backend is open
     * @throws UnsupportedOperationException if this store offers none
     */
    default LockAdministration administration() {
        guarantees().require(LockFeature.ADMIN);
        throw new UnsupportedOperationException("backend must offer what it promises: feature=ADMIN");
    }

    /** Frees what the backend itself holds; the application's client stays open. Sessions must be closed before. */
    @Override
    void close();
}
