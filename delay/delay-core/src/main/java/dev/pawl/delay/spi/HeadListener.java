package dev.pawl.delay.spi;

/**
 * Is told by a session that a partition may have something to claim sooner than it was known. Messages are hints: each may be
 * lost, late or doubled, and a consumer also looks by itself from time to time. Called on the client's threads; quick and never
 * blocking.
 */
public interface HeadListener {

    /**
     * A watched partition has a new, sooner head, or was resumed.
     *
     * @param partition the partition
     * @param head its head when the message was sent
     */
    void sooner(Partition partition, Head head);

    /** Messages may have been lost: every watched partition should be looked at soon. */
    void missed();
}
