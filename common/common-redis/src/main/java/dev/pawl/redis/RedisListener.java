package dev.pawl.redis;

/**
 * What is called for the messages of a channel, on the client's thread: it must not block. What it throws is logged and
 * disturbs nobody.
 */
public interface RedisListener {

    /**
     * Takes one message.
     *
     * @param message its bytes, not to be changed: other listeners may get the same array
     */
    void onMessage(byte[] message);

    /**
     * Says that the subscription was lost and is renewed. Messages of the time between are lost: look at what they would have
     * told. Not called for the first subscription.
     */
    void onResubscribed();
}
