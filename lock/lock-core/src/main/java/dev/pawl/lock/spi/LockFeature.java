package dev.pawl.lock.spi;

/** What one store offers and another refuses; {@link LockGuarantees#require} refuses in one way for all. */
public enum LockFeature {
    /** Contenders are granted in the order in which they began to wait, over all clients. */
    FAIR,
    /** Read-write locks with tokens for readers. */
    READ_WRITE,
    /** Semaphores whose permits expire. */
    SEMAPHORE,
    /** A delay after the lease of a holder that did not release. */
    LOCK_DELAY,
    /** Locks can be described, and released by force. */
    DESCRIBE,
    /** Locks can be listed, sessions banned, and locks taken over after a restart. */
    ADMIN
}
