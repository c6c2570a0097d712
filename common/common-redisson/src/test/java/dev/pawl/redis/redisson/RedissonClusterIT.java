package dev.pawl.redis.redisson;

import dev.pawl.redis.ClusterRedisContract;
import dev.pawl.redis.Redis;
import dev.pawl.servers.RedisCluster;
import dev.pawl.servers.RedisClusterNodes;
import dev.pawl.servers.RedisProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.ClusterServersConfig;
import org.redisson.config.Config;

@RedisCluster
@Tag("slow")
final class RedissonClusterIT extends ClusterRedisContract {

    private final List<RedissonClient> clients = new ArrayList<>();

    RedissonClusterIT(RedisClusterNodes cluster) {
        super(cluster);
    }

    @AfterEach
    void end() {
        clients.forEach(client -> client.shutdown(0, 2, TimeUnit.SECONDS));
    }

    @Override
    protected Redis open(Duration timeout) {
        Config config = new Config();
        ClusterServersConfig servers =
                config.useClusterServers().setScanInterval(500).setMasterConnectionMinimumIdleSize(2);
        cluster.masters().stream().map(RedisProcess::uri).forEach(servers::addNodeAddress);
        RedissonClient client = Redisson.create(config);
        clients.add(client);
        return RedissonRedis.of(client, timeout);
    }
}
