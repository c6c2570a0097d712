package dev.pawl.lock.redis;

import dev.pawl.redis.Redis;
import dev.pawl.redis.lettuce.LettuceRedis;
import dev.pawl.servers.RedisSentinel;
import dev.pawl.servers.RedisSentinels;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** A Redis with a replica, behind Sentinel, through Lettuce. */
@RedisSentinel
@Tag("slow")
final class SentinelLockIT extends RedisLockContract {

    private static RedisClient client;
    private static LettuceRedis redis;

    @BeforeAll
    static void connect(RedisSentinels servers) {
        RedisURI.Builder uri = RedisURI.builder().withSentinelMasterId(RedisSentinels.MASTER);
        servers.sentinelPorts().forEach(port -> uri.withSentinel("127.0.0.1", port));
        client = RedisClient.create();
        redis = LettuceRedis.of(client, uri.build(), Patience.TIMEOUT);
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
