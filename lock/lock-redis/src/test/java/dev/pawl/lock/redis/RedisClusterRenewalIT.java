package dev.pawl.lock.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pawl.lock.LockHandle;
import dev.pawl.lock.LockOptions;
import dev.pawl.lock.LockService;
import dev.pawl.lock.LockState;
import dev.pawl.lock.ReleaseResult;
import dev.pawl.redis.lettuce.LettuceRedis;
import dev.pawl.servers.RedisCluster;
import dev.pawl.servers.RedisClusterNodes;
import dev.pawl.servers.RedisProcess;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.RedisClusterClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Renewal where one master of several does not answer. */
@RedisCluster
final class RedisClusterRenewalIT {

    private static final Duration LEASE = Duration.ofSeconds(1);
    private static final int LOCKS_A_MASTER = 20;

    private final RedisClusterNodes cluster;
    private RedisClusterClient client;
    private LettuceRedis redis;
    private LockService locks;
    private String namespace;

    RedisClusterRenewalIT(RedisClusterNodes cluster) {
        this.cluster = cluster;
    }

    @BeforeEach
    void connect() {
        List<RedisURI> uris = cluster.masters().stream()
                .map(master -> RedisURI.create(master.uri()))
                .toList();
        namespace = cluster.masters().get(0).newPrefix();
        client = RedisClusterClient.create(uris);
        redis = LettuceRedis.cluster(client, uris, Duration.ofMillis(250));
        locks = LockService.of(RedisLockBackend.of(redis, namespace));
    }

    @AfterEach
    void close() throws Exception {
        cluster.ensureRunning();
        locks.close();
        redis.close();
        client.shutdown();
    }

    @Test
    void aDeadShardDoesNotStopRenewalsOnTheOthers() throws Exception {
        Map<RedisProcess, List<LockHandle>> held = held();
        RedisProcess dead = cluster.masters().get(1);
        List<LockHandle> lost = held.remove(dead);
        dead.pause();
        await().atMost(Duration.ofSeconds(30))
                .until(() -> lost.stream().allMatch(handle -> handle.state() == LockState.LOST));
        List<LockHandle> kept = held.values().stream().flatMap(List::stream).toList();
        await().during(LEASE.multipliedBy(2))
                .atMost(Duration.ofSeconds(30))
                .until(() -> kept.stream().noneMatch(handle -> handle.state() == LockState.LOST));
        assertThat(kept).hasSize(2 * LOCKS_A_MASTER).allMatch(LockHandle::verify);
        assertThat(kept).allMatch(handle -> handle.release() == ReleaseResult.RELEASED);
        assertThat(lost).allMatch(handle -> handle.release() == ReleaseResult.ALREADY_LOST);
    }

    private Map<RedisProcess, List<LockHandle>> held() throws IOException, InterruptedException {
        Map<RedisProcess, List<LockHandle>> held = new LinkedHashMap<>();
        cluster.masters().forEach(master -> held.put(master, new ArrayList<>()));
        for (int i = 0; held.values().stream().anyMatch(some -> some.size() < LOCKS_A_MASTER); i++) {
            String name = "lock " + i;
            List<LockHandle> there = held.get(cluster.masterOf(namespace + ":lock:{lock%20" + i + "}"));
            if (there.size() < LOCKS_A_MASTER) {
                there.add(locks.lock(name, LockOptions.defaults().withLease(LEASE))
                        .acquire());
            }
        }
        return held;
    }
}
