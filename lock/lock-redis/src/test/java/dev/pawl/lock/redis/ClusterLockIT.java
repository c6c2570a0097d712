package dev.pawl.lock.redis;

import dev.pawl.redis.Redis;
import dev.pawl.redis.lettuce.LettuceRedis;
import dev.pawl.servers.RedisCluster;
import dev.pawl.servers.RedisClusterNodes;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.RedisClusterClient;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** A Cluster through Lettuce. */
@RedisCluster
@Tag("slow")
final class ClusterLockIT extends RedisLockContract {

    private static RedisClusterClient client;
    private static LettuceRedis redis;

    @BeforeAll
    static void connect(RedisClusterNodes cluster) {
        List<RedisURI> uris = cluster.masters().stream()
                .map(node -> RedisURI.create("127.0.0.1", node.port()))
                .toList();
        client = RedisClusterClient.create(uris);
        redis = LettuceRedis.cluster(client, uris, Patience.TIMEOUT);
    }

    @AfterAll
    static void close() {
        redis.close();
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }

    @Override
    Redis redis() {
        return redis;
    }
}
