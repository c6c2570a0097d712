package dev.pawl.redis.lettuce;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.protocol.DefaultEndpoint;
import io.lettuce.core.protocol.RedisCommand;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** The connections to one Redis, or to a Cluster. */
interface Link extends AutoCloseable {

    RedisCodec<String, byte[]> CODEC = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

    /** Sends a command to the master of its first key. */
    void send(RedisCommand<String, byte[], List<Object>> command);

    /** Whether all commands go over one connection, whatever their keys. */
    boolean isOneConnection();

    CompletionStage<List<StatefulRedisConnection<String, byte[]>>> masters();

    /** Opens a connection for messages. */
    CompletionStage<StatefulRedisPubSubConnection<String, byte[]>> connectPubSub();

    /** Leaves a server that is the master no more. */
    void reconnect();

    ClientResources resources();

    @Override
    void close();

    /** Ends a connection, which Lettuce then makes anew. */
    static void disconnect(StatefulConnection<?, ?> connection) {
        if (connection instanceof RedisChannelHandler<?, ?> handler
                && handler.getChannelWriter() instanceof DefaultEndpoint endpoint) {
            endpoint.disconnect();
        }
    }
}
