package dev.pawl.redis;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * The port to Redis, alone, behind Sentinel or as a Cluster. Thread-safe; no call blocks.
 *
 * <p>A stage that fails does so with a {@link dev.pawl.common.BackendException}. Its outcome is {@code NOT_APPLIED} where the
 * request was never sent, or was refused before the script ran or wrote (no connection, loading, out of memory, no
 * rights, a replica, a slot that has moved), or where the script returned an error of its own: a script does so before it
 * writes. It is {@code UNKNOWN} where no reply came within the client's timeout, where the connection ended after sending, and
 * where the script failed in its middle. Every stage completes, at the latest with the timeout or with {@link #close()}.
 *
 * <p>A request is sent once: the client does not repeat it when a connection comes back. (A Cluster's redirection is no
 * repetition, since the first node did not run the script.) What a client cannot keep of this, its own page says.
 *
 * <p>Stages complete, and listeners are called, on the client's own threads: what follows must not block there.
 */
public interface Redis extends AutoCloseable {

    /**
     * Runs a script, by its digest and, where the server does not know it yet, by its text. All keys are in one slot.
     *
     * @param script the script
     * @param keys the keys it touches, all of them; at least one
     * @param args its further arguments; the arrays must not change until the stage completes
     * @return what the script returned
     * @throws IllegalArgumentException if there is no key
     */
    CompletionStage<RedisReply> eval(RedisScript script, List<String> keys, List<byte[]> args);

    /**
     * Runs a script that is chosen as late as the client can, which is when it writes the call to its one connection: what others
     * ask between this call and then can go with it. A client with several connections or servers chooses at once, on
     * the caller's thread.
     *
     * @param choice called at most once, and not if the stage fails before: chooses the script and at least one key. Must be
     *     quick and must not throw
     * @return what the script returned
     */
    default CompletionStage<RedisReply> evalLate(Supplier<RedisCall> choice) {
        RedisCall call = choice.get();
        return eval(call.script(), call.keys(), call.args());
    }

    /**
     * Runs a script without keys on every master, in no order: for checks at the start and for administration. If one
     * fails, the whole does, with the outcome {@code UNKNOWN} if any of the others may have been applied.
     *
     * @param script a script that touches no keys
     * @param args its arguments; the arrays must not change until the stage completes
     * @return what it returned, one reply for each master; one where Redis is no Cluster
     */
    CompletionStage<List<RedisReply>> evalOnEveryMaster(RedisScript script, List<byte[]> args);

    /**
     * Finds keys by their beginning, with SCAN over every master. It is no snapshot: keys that come or go meanwhile may or may
     * not be among the result, the others are, each once. The server is not blocked; the result is held in memory.
     *
     * @param prefix how the keys begin; no pattern
     * @return the keys, in no order
     */
    CompletionStage<List<String>> scan(String prefix);

    /**
     * Listens to a channel. All subscriptions share one connection, and several may be to the same channel. After the
     * connection was lost they are renewed by themselves, which {@link RedisListener#onResubscribed()} tells.
     *
     * @param channel the channel; no pattern
     * @param listener what to call
     * @return the subscription, once the server has confirmed it: what is published after that is heard
     */
    CompletionStage<Subscription> subscribe(String channel, RedisListener listener);

    /**
     * Ends the connections that were made for this port, and no others. Stages that are not complete fail, later calls fail with
     * {@code NOT_APPLIED}; listeners are called no more. May block for a moment, until the connections are gone. The second call does nothing.
     */
    @Override
    void close();
}
