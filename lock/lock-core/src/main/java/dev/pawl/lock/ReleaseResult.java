package dev.pawl.lock;

/** What became of a release. */
public enum ReleaseResult {
    /** The lock was held until the release, and is free for others now. */
    RELEASED,
    /** The lock had been lost before: others may have held it in the meantime. */
    ALREADY_LOST,
    /**
     * The lease ran when the release was sent, but the store did not answer it. It is repeated in the background until
     * the lease has ended, so the lock is free after that at the latest.
     */
    UNKNOWN
}
