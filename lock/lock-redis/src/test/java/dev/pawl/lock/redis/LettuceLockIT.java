package dev.pawl.lock.redis;

import dev.pawl.redis.Redis;
import dev.pawl.redis.lettuce.LettuceRedis;
import dev.pawl.servers.RedisProcess;
import dev.pawl.servers.RedisServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** One Redis through Lettuce. */
@RedisServer
final class LettuceLockIT extends RedisLockContract {

    private static RedisClient client;
    private static LettuceRedis redis;

    @BeforeAll
    static void connect(RedisProcess server) {
        RedisURI uri = RedisURI.create(server.uri());
        client = RedisClient.create(uri);
        redis = LettuceRedis.of(client, uri, Patience.TIMEOUT);
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
