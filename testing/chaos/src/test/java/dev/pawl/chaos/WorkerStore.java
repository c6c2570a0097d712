package dev.pawl.chaos;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.pawl.common.BackendException;
import dev.pawl.common.DaemonThreads;
import dev.pawl.common.Deadline;
import dev.pawl.common.Ticker;
import dev.pawl.etcd.Etcd;
import dev.pawl.etcd.EtcdOptions;
import dev.pawl.lock.etcd.EtcdLockBackend;
import dev.pawl.lock.etcd.EtcdLockOptions;
import dev.pawl.lock.jdbc.JdbcLockBackend;
import dev.pawl.lock.redis.RedLockBackend;
import dev.pawl.lock.redis.RedisLockBackend;
import dev.pawl.lock.spi.LockBackend;
import dev.pawl.lock.zookeeper.ZooKeeperConnector;
import dev.pawl.lock.zookeeper.ZooKeeperLockBackend;
import dev.pawl.lock.zookeeper.ZooKeeperLockOptions;
import dev.pawl.redis.Redis;
import dev.pawl.redis.lettuce.LettuceRedis;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;

/**
 * Our backend on a worker's store, as it is opened by default but for times that fit the round's.
 *
 * @param backend the backend
 * @param client ends what it runs on
 */
record WorkerStore(LockBackend backend, Runnable client) {

    /** Shorter than a third of the lease, so that a lost reply does not cost the lock. */
    private static final Duration TIMEOUT = Duration.ofMillis(300);

    static WorkerStore redis(String address, String namespace) {
        RedisClient client = RedisClient.create();
        Redis redis = connected(client, address);
        return new WorkerStore(RedisLockBackend.of(redis, namespace), () -> end(client, List.of(redis)));
    }

    static WorkerStore redLock(String addresses, String namespace, Duration longest) {
        RedisClient client = RedisClient.create();
        List<Redis> nodes = new ArrayList<>();
        for (String address : addresses.split(",")) {
            nodes.add(connected(client, address));
        }
        return new WorkerStore(RedLockBackend.of(nodes, namespace, longest), () -> end(client, nodes));
    }

    /** A process may be started in the middle of a fault, and its first reply takes long on a machine under load. */
    private static Redis connected(RedisClient client, String address) {
        Deadline deadline = Deadline.after(Await.PATIENCE, Ticker.system());
        while (true) {
            try {
                return LettuceRedis.of(client, RedisURI.create("redis://" + address), TIMEOUT);
            } catch (BackendException e) {
                if (deadline.expired()) {
                    throw e;
                }
            }
        }
    }

    private static void end(RedisClient client, List<Redis> connections) {
        connections.forEach(Redis::close);
        client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
    }

    static WorkerStore zooKeeper(String addresses, String namespace) {
        ZooKeeperLockOptions options = ZooKeeperLockOptions.defaults()
                .withTick(ZooKeeperUnderFault.TICK)
                .withSessionTimeout(ZooKeeperUnderFault.SESSION_TIMEOUT);
        LockBackend backend = ZooKeeperLockBackend.of(ZooKeeperConnector.to(addresses), "/" + namespace, options);
        return new WorkerStore(backend, () -> {});
    }

    static WorkerStore etcd(String addresses, String namespace, Duration greatestLease) {
        Etcd etcd = Etcd.connect(EtcdOptions.of(addresses.split(",")).withTimeout(TIMEOUT.multipliedBy(2)));
        EtcdLockOptions options = EtcdLockOptions.defaults().withGreatestLease(greatestLease);
        return new WorkerStore(EtcdLockBackend.of(etcd, namespace, options), etcd::close);
    }

    static WorkerStore jdbc(String url, String namespace) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setMaximumPoolSize(4);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(TIMEOUT.multipliedBy(2).toMillis());
        config.setInitializationFailTimeout(-1);
        HikariDataSource pool = new HikariDataSource(config);
        ExecutorService threads = DaemonThreads.pool("worker-sql");
        JdbcLockBackend backend = JdbcLockBackend.of(pool, namespace, threads, Duration.ofSeconds(1));
        return new WorkerStore(url.startsWith("jdbc:postgresql:") ? backend.withNotifications(pool) : backend, () -> {
            threads.shutdown();
            pool.close();
        });
    }
}
