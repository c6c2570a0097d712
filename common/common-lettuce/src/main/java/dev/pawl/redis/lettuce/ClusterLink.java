package dev.pawl.redis.lettuce;

import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.protocol.RedisCommand;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A Cluster. Lettuce finds the node of a key and follows redirections. */
record ClusterLink(RedisClusterClient client, StatefulRedisClusterConnection<String, byte[]> connection)
        implements Link {

    static Link open(RedisClusterClient application, Iterable<RedisURI> uris, Duration timeout) {
        RedisClusterClient client =
                RedisClusterClient.create(OwnOptions.resources(application.getResources(), timeout), uris);
        try {
            ClusterClientOptions.Builder options = application.getOptions() instanceof ClusterClientOptions ofCluster
                    ? ofCluster.mutate()
                    : ClusterClientOptions.builder(application.getOptions());
            OwnOptions.of(options);
            client.setOptions(options.build());
            return new ClusterLink(client, client.connect(CODEC));
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
        return false;
    }

    @Override
    public CompletionStage<List<StatefulRedisConnection<String, byte[]>>> masters() {
        return client.refreshPartitionsAsync().thenCompose(done -> {
            List<CompletableFuture<StatefulRedisConnection<String, byte[]>>> nodes = connection.getPartitions().stream()
                    .filter(node -> node.is(RedisClusterNode.NodeFlag.UPSTREAM)
                            && !node.getSlots().isEmpty())
                    .map(node -> connection.getConnectionAsync(node.getNodeId()))
                    .toList();
            return CompletableFuture.allOf(nodes.toArray(CompletableFuture[]::new))
                    .thenApply(
                            all -> nodes.stream().map(CompletableFuture::join).toList());
        });
    }

    @Override
    public CompletionStage<StatefulRedisPubSubConnection<String, byte[]>> connectPubSub() {
        return client.connectPubSubAsync(CODEC).thenApply(connected -> connected);
    }

    /** A node that became a replica redirects. */
    @Override
    public void reconnect() {}

    @Override
    public ClientResources resources() {
        return client.getResources();
    }

    @Override
    public void close() {
        OwnOptions.end(client);
    }
}
