package dev.pawl.lock;

/**
 * What is to be done under a lock.
 *
 * @param <T> the type of its result
 */
@FunctionalInterface
public interface LockedCall<T> {

    /**
     * Does it.
     *
     * @param handle the lock that is held; it is released afterwards
     * @return the result
     * @throws Exception if it fails
     */
    T call(LockHandle handle) throws Exception;
}
