package dev.pawl.fencing.redis;

import dev.pawl.redis.Redis;
import dev.pawl.redis.lettuce.LettuceRedis;
import dev.pawl.servers.RedisProcess;
import dev.pawl.servers.RedisServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

@RedisServer
final class RedisFenceGuardIT extends RedisFenceGuardContract {

    private static RedisClient client;
    private static Redis redis;

    @BeforeAll
    static void connect(RedisProcess server) {
        client = RedisClient.create();
        redis = LettuceRedis.of(client, RedisURI.create("127.0.0.1", server.port()), Duration.ofSeconds(10));
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
