package dev.pawl.delay.redis;

import dev.pawl.redis.Redis;
import dev.pawl.redis.redisson.RedissonRedis;
import dev.pawl.servers.RedisCluster;
import dev.pawl.servers.RedisClusterNodes;
import dev.pawl.servers.RedisProcess;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.ClusterServersConfig;
import org.redisson.config.Config;

/** A Cluster through Redisson. */
@RedisCluster
@Tag("slow")
@Tag("long")
final class RedissonClusterJobIT extends RedisJobContract {

    private static RedissonClient client;
    private static RedissonRedis redis;

    @BeforeAll
    static void connect(RedisClusterNodes cluster) {
        Config config = new Config();
        ClusterServersConfig servers =
                config.useClusterServers().setScanInterval(500).setMasterConnectionMinimumIdleSize(2);
        cluster.masters().stream().map(RedisProcess::uri).forEach(servers::addNodeAddress);
        client = Redisson.create(config);
        redis = RedissonRedis.of(client);
    }

    @AfterAll
    static void close() {
        redis.close();
        client.shutdown(0, 2, TimeUnit.SECONDS);
    }

    @Override
    Redis redis() {
        return redis;
    }
}
