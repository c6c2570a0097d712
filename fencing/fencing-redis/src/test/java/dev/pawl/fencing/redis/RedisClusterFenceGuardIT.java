package dev.pawl.fencing.redis;

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

@RedisCluster
final class RedisClusterFenceGuardIT extends RedisFenceGuardContract {

    private static RedisClusterClient client;
    private static Redis redis;

    @BeforeAll
    static void connect(RedisClusterNodes cluster) {
        List<RedisURI> uris = cluster.masters().stream()
                .map(node -> RedisURI.create("127.0.0.1", node.port()))
                .toList();
        client = RedisClusterClient.create(uris);
        redis = LettuceRedis.cluster(client, uris, Duration.ofSeconds(10));
    }

    @AfterAll
    static void end() {
        redis.close();
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }

    @Override
    Redis redis() {
        return redis;
    }
}
