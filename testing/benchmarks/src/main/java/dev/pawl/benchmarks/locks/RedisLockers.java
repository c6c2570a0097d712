package dev.pawl.benchmarks.locks;

import dev.pawl.lock.redis.RedisLockBackend;
import dev.pawl.redis.Redis;
import dev.pawl.redis.lettuce.LettuceRedis;
import dev.pawl.redis.redisson.RedissonRedis;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import org.redisson.Redisson;
import org.redisson.api.RFencedLock;
import org.redisson.api.RLock;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.integration.redis.util.RedisLockRegistry;
import org.springframework.integration.redis.util.RedisLockRegistry.RedisLockType;

/** Locks on one Redis; the address is its port. */
final class RedisLockers {

    static final String RAW_RELEASE =
            "if redis.call('GET', KEYS[1]) == ARGV[1] then" + " return redis.call('DEL', KEYS[1]) else return 0 end";

    private RedisLockers() {}

    static Locker raw(String port) {
        RedisClient client = RedisClient.create(uri(port));
        StatefulRedisConnection<String, String> connection = client.connect();
        RedisCommands<String, String> commands = connection.sync();
        String release = commands.scriptLoad(RAW_RELEASE);
        return Locker.of(
                name -> {
                    String owner = newOwner();
                    String key = "raw:" + name;
                    if (!"OK".equals(commands.set(key, owner, untilFreed()))) {
                        throw new IllegalStateException("lock must be free: name=" + name);
                    }
                    return () -> {
                        Long deleted = commands.evalsha(release, ScriptOutputType.INTEGER, new String[] {key}, owner);
                        if (deleted != 1) {
                            throw new IllegalStateException("lock must be held: name=" + name);
                        }
                    };
                },
                client::shutdown);
    }

    static String newOwner() {
        return Long.toHexString(ThreadLocalRandom.current().nextLong());
    }

    static SetArgs untilFreed() {
        return SetArgs.Builder.nx().px(TimeUnit.SECONDS.toMillis(30));
    }

    static Locker pawl(String port) {
        RedisClient client = RedisClient.create(uri(port));
        return pawl(LettuceRedis.of(client, uri(port)), client::shutdown);
    }

    static Locker pawlRedisson(String port) {
        RedissonClient client = redisson(port);
        return pawl(RedissonRedis.of(client), client::shutdown);
    }

    private static Locker pawl(Redis redis, Runnable end) {
        return new Pawl(RedisLockBackend.of(redis, Pawl.NAMESPACE), () -> {
            redis.close();
            end.run();
        });
    }

    static Locker rlock(String port) {
        RedissonClient client = redisson(port);
        return Locker.of(
                name -> {
                    RLock lock = client.getLock("rlock:" + name);
                    lock.lock();
                    return lock::unlock;
                },
                client::shutdown);
    }

    static Locker rfenced(String port) {
        RedissonClient client = redisson(port);
        return Locker.of(
                name -> {
                    RFencedLock lock = client.getFencedLock("rfenced:" + name);
                    lock.lockAndGetToken();
                    return lock::unlock;
                },
                client::shutdown);
    }

    static Locker spring(String port) {
        LettuceConnectionFactory factory = new LettuceConnectionFactory("127.0.0.1", Integer.parseInt(port));
        factory.afterPropertiesSet();
        factory.start();
        RedisLockRegistry registry = new RedisLockRegistry(factory, "spring", 30_000);
        registry.setRedisLockType(RedisLockType.PUB_SUB_LOCK);
        return Locker.of(
                name -> {
                    Lock lock = registry.obtain(name);
                    lock.lockInterruptibly();
                    return lock::unlock;
                },
                () -> {
                    registry.destroy();
                    factory.destroy();
                });
    }

    static RedisURI uri(String port) {
        return RedisURI.create("127.0.0.1", Integer.parseInt(port));
    }

    static RedissonClient redisson(String port) {
        Config config = new Config();
        config.useSingleServer().setAddress("redis://127.0.0.1:" + port);
        return Redisson.create(config);
    }
}
