package dev.pawl.lock.spi;

/**
 * Is told by a session what happens to attempts that wait in the store's queue. Messages are hints: each may be lost,
 * late or doubled, and a contender also asks by itself from time to time. Called on the client's threads; quick and
 * never blocking.
 */
public interface GrantListener {

    /**
     * An attempt was granted while it waited. Its lease counts from the request that last renewed its place in the
     * queue, so from that request's sending, and not from this message, which may be old.
     *
     * @param attempt the attempt
     * @param stamp the {@link AcquireRequest#stamp()} of the request that last renewed the place
     * @param answer the grant
     */
    void granted(String attempt, long stamp, AcquireAnswer.Granted answer);

    /**
     * An attempt should ask again now.
     *
     * @param attempt the attempt
     */
    void wake(String attempt);

    /** Messages may have been lost: every waiting attempt should ask again soon. */
    void missed();
}
