package dev.pawl.redis.lettuce;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.protocol.RedisCommand;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** One Redis, or the one that Sentinels call the master. */
record SingleLink(RedisClient client, RedisURI uri, StatefulRedisConnection<String, byte[]> connection)
        implements Link {

    /** A client of our own, since options and the way of reconnecting belong to the client; its threads are the application's. */
    static Link open(RedisClient application, RedisURI uri, Duration timeout) {
        ClientResources resources = OwnOptions.resources(application.getResources(), timeout);
        RedisClient client = RedisClient.create(resources, uri);
        try {
            client.setOptions(OwnOptions.of(application.getOptions().mutate()).build());
            return new SingleLink(client, uri, client.connect(CODEC, uri));
        } catch (RuntimeException e) {
            OwnOptions.end(client);
            throw e;
        }
    }

    @Override
    public void send(RedisCommand<String, byte[], List<Object>> command) {
        connection.dispatch(command);
    }

    @Override
    public boolean isOneConnection() {
        return true;
    }

    @Override
    public CompletionStage<List<StatefulRedisConnection<String, byte[]>>> masters() {
        return CompletableFuture.completedFuture(List.of(connection));
    }

    @Override
    public CompletionStage<StatefulRedisPubSubConnection<String, byte[]>> connectPubSub() {
        return client.connectPubSubAsync(CODEC, uri);
    }

    @Override
    public void reconnect() {
        Link.disconnect(connection);
    }

    @Override
    public ClientResources resources() {
        return client.getResources();
    }

    @Override
    public void close() {
        OwnOptions.end(client);
    }
}
