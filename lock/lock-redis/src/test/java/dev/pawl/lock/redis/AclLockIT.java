package dev.pawl.lock.redis;

import dev.pawl.redis.Redis;
import dev.pawl.redis.lettuce.LettuceRedis;
import dev.pawl.servers.RedisProcess;
import dev.pawl.servers.RedisServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** One Redis as the user with the fewest rights that docs/backends/lock-redis.md names. */
@RedisServer(settings = "acl-pubsub-default resetchannels")
@Tag("slow")
final class AclLockIT extends RedisLockContract {

    private static final String RIGHTS = "+hello +ping +eval +evalsha +subscribe +unsubscribe +publish +info"
            + " +time +get +set +pexpire +pexpireat +incr +hget +hset +hdel +hexists"
            + " +zadd +zrem +zscore +zcard +zrange +zrangebyscore +zremrangebyscore +scan";

    private static RedisClient client;
    private static LettuceRedis redis;

    @BeforeAll
    static void connect(RedisProcess server) throws IOException {
        // The names of the kit's namespaces begin so.
        List<String> user = new ArrayList<>(List.of("ACL", "SETUSER", "locks", "on", ">secret", "~kit-*", "&kit-*"));
        user.addAll(List.of(RIGHTS.split(" ")));
        server.ask(user.toArray(String[]::new));
        RedisURI uri = RedisURI.builder()
                .withHost("127.0.0.1")
                .withPort(server.port())
                .withAuthentication("locks", "secret".toCharArray())
                .build();
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
