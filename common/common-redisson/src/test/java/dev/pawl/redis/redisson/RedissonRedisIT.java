package dev.pawl.redis.redisson;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.pawl.redis.Redis;
import dev.pawl.redis.SingleRedisContract;
import dev.pawl.servers.RedisProcess;
import dev.pawl.servers.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;
import org.redisson.config.ConstantDelay;
import org.redisson.config.NameMapper;

@RedisServer
@Tag("slow")
final class RedissonRedisIT extends SingleRedisContract {

    private final List<RedissonClient> clients = new ArrayList<>();

    RedissonRedisIT(RedisProcess server) {
        super(server);
    }

    @AfterEach
    void end() {
        clients.forEach(client -> client.shutdown(0, 2, TimeUnit.SECONDS));
    }

    @Override
    protected Redis open(int port, Duration timeout) {
        return RedissonRedis.of(client(config(port)), timeout);
    }

    @Test
    void aNameMapperThatChangesNamesIsRefused() {
        Config config = config(server.port());
        config.setNameMapper(new NameMapper() {
            @Override
            public String map(String name) {
                return "mapped:" + name;
            }

            @Override
            public String unmap(String name) {
                return name.substring("mapped:".length());
            }
        });
        RedissonClient client = client(config);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedissonRedis.of(client))
                .withMessageContaining("name mapper");
    }

    @Test
    void aTimeoutOutOfBoundsIsRefused() {
        RedissonClient client = client(config(server.port()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedissonRedis.of(client, Duration.ZERO))
                .withMessage("timeout must be in [1 ms, 1 h]: timeout=PT0S");
    }

    private RedissonClient client(Config config) {
        RedissonClient client = Redisson.create(config);
        clients.add(client);
        return client;
    }

    /** With attempts of Redisson's own that come at once, and a ping that notices silence. */
    private static Config config(int port) {
        Config config = new Config();
        config.useSingleServer()
                .setAddress("redis://127.0.0.1:" + port)
                .setConnectionMinimumIdleSize(2)
                .setPingConnectionInterval(1000)
                .setRetryAttempts(4)
                .setRetryDelay(new ConstantDelay(Duration.ofMillis(1)));
        return config;
    }
}
