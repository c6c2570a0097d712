package dev.pawl.redis;

/** A subscription to one channel. Thread-safe; never blocks. */
public interface Subscription extends AutoCloseable {

    /**
     * Returns what is listened to.
     *
     * @return the channel
     */
    String channel();

    /**
     * Ends the subscription. No call of the listener begins after this returned, one under way may still run. The second
     * call does nothing.
     */
    @Override
    void close();
}
