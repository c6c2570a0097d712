package dev.pawl.lock.redis;

import dev.pawl.redis.Redis;
import dev.pawl.redis.lettuce.LettuceRedis;
import dev.pawl.servers.RedisProcess;
import dev.pawl.servers.RedisProcesses;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.List;

/** Connections to servers that know nothing of each other. */
final class RedLockNodes implements AutoCloseable {

    private final RedisClient client = RedisClient.create();
    final List<RedisProcess> servers;
    final List<Redis> redis;

    RedLockNodes(RedisProcesses servers) {
        this.servers = servers.servers();
        this.redis = this.servers.stream()
                .map(server -> (Redis) LettuceRedis.of(client, RedisURI.create(server.uri()), Patience.TIMEOUT))
                .toList();
    }

    /** A backend over nodes that are admitted. */
    RedLockBackend backend(String namespace, Duration longest) {
        RedLockBackend backend = RedLockBackend.of(redis, namespace, longest);
        backend.admission().bootstrap();
        return backend;
    }

    @Override
    public void close() {
        redis.forEach(Redis::close);
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }
}
