package dev.pawl.redis.lettuce;

import dev.pawl.redis.ClusterRedisContract;
import dev.pawl.redis.Redis;
import dev.pawl.servers.RedisCluster;
import dev.pawl.servers.RedisClusterNodes;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.RedisClusterClient;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;

@RedisCluster
final class LettuceClusterIT extends ClusterRedisContract {

    private static RedisClusterClient client;

    LettuceClusterIT(RedisClusterNodes cluster) {
        super(cluster);
    }

    @AfterAll
    static void end() {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }

    @Override
    protected Redis open(Duration timeout) {
        List<RedisURI> uris = cluster.masters().stream()
                .map(node -> RedisURI.create("127.0.0.1", node.port()))
                .toList();
        if (client == null) {
            client = RedisClusterClient.create(uris);
        }
        return LettuceRedis.cluster(client, uris, timeout);
    }
}
