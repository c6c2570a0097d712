package dev.pawl.lock.redis;

import dev.pawl.redis.Redis;
import dev.pawl.redis.redisson.RedissonRedis;
import dev.pawl.servers.RedisProcess;
import dev.pawl.servers.RedisServer;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;

/** One Redis through Redisson. */
@RedisServer
@Tag("slow")
final class RedissonLockIT extends RedisLockContract {

    private static RedissonClient client;
    private static RedissonRedis redis;

    @BeforeAll
    static void connect(RedisProcess server) {
        Config config = new Config();
        config.useSingleServer().setAddress(server.uri());
        client = Redisson.create(config);
        redis = RedissonRedis.of(client, Patience.TIMEOUT);
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
