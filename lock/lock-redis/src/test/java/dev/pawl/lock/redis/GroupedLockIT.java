package dev.pawl.lock.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.redis.Redis;
import dev.pawl.redis.lettuce.LettuceRedis;
import dev.pawl.servers.RedisProcess;
import dev.pawl.servers.RedisServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** One Redis where nobody asks alone: each request by the record alone is one of a group. */
@RedisServer
@Tag("slow")
final class GroupedLockIT extends RedisLockContract {

    private static RedisClient client;
    private static GroupingRedis redis;

    @BeforeAll
    static void connect(RedisProcess server) {
        RedisURI uri = RedisURI.create(server.uri());
        client = RedisClient.create(uri);
        redis = new GroupingRedis(LettuceRedis.of(client, uri, Patience.TIMEOUT));
    }

    @AfterAll
    static void close() {
        redis.close();
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        assertThat(redis.groups.get()).as("groups").isGreaterThan(100);
    }

    @Override
    Redis redis() {
        return redis;
    }
}
