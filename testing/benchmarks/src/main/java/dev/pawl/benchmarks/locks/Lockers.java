package dev.pawl.benchmarks.locks;

import dev.pawl.lock.LockHandle;
import dev.pawl.lock.LockService;
import dev.pawl.lock.ReleaseResult;
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

/** Makes the lockers that are measured, each with a client of its own and that client's defaults. */
enum Lockers {
    /** The bare commands: SET NX PX, and a script that compares and deletes. It cannot wait. */
    RAW("raw commands (Lettuce)") {
        @Override
        Locker open(int port) {
            return new Raw(port);
        }
    },
    PAWL("Pawl (Lettuce)") {
        @Override
        Locker open(int port) {
            RedisURI uri = RedisURI.create("127.0.0.1", port);
            RedisClient client = RedisClient.create(uri);
            return new Pawl(LettuceRedis.of(client, uri), client::shutdown);
        }
    },
    PAWL_REDISSON("Pawl (Redisson)") {
        @Override
        Locker open(int port) {
            RedissonClient client = redisson(port);
            return new Pawl(RedissonRedis.of(client), client::shutdown);
        }
    },
    RLOCK("Redisson RLock") {
        @Override
        Locker open(int port) {
            RedissonClient client = redisson(port);
            return new Peer(client::shutdown) {
                @Override
                public Held acquire(String name) {
                    RLock lock = client.getLock("rlock:" + name);
                    lock.lock();
                    return lock::unlock;
                }
            };
        }
    },
    RFENCED("Redisson RFencedLock") {
        @Override
        Locker open(int port) {
            RedissonClient client = redisson(port);
            return new Peer(client::shutdown) {
                @Override
                public Held acquire(String name) {
                    RFencedLock lock = client.getFencedLock("rfenced:" + name);
                    lock.lockAndGetToken();
                    return lock::unlock;
                }
            };
        }
    },
    SPRING("Spring Integration RedisLockRegistry") {
        @Override
        Locker open(int port) {
            LettuceConnectionFactory factory = new LettuceConnectionFactory("127.0.0.1", port);
            factory.afterPropertiesSet();
            factory.start();
            RedisLockRegistry registry = new RedisLockRegistry(factory, "spring", 30_000);
            registry.setRedisLockType(RedisLockType.PUB_SUB_LOCK);
            return new Peer(() -> {
                registry.destroy();
                factory.destroy();
            }) {
                @Override
                public Held acquire(String name) throws InterruptedException {
                    Lock lock = registry.obtain(name);
                    lock.lockInterruptibly();
                    return lock::unlock;
                }
            };
        }
    };

    final String label;

    Lockers(String label) {
        this.label = label;
    }

    /** Connects to the Redis on a port of this machine. */
    abstract Locker open(int port);

    private static RedissonClient redisson(int port) {
        Config config = new Config();
        config.useSingleServer().setAddress("redis://127.0.0.1:" + port);
        return Redisson.create(config);
    }

    private abstract static class Peer implements Locker {
        private final Runnable end;

        Peer(Runnable end) {
            this.end = end;
        }

        @Override
        public void close() {
            end.run();
        }
    }

    private static final class Raw implements Locker {

        private static final String RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then"
                + " return redis.call('DEL', KEYS[1]) else return 0 end";

        private final RedisClient client;
        private final StatefulRedisConnection<String, String> connection;
        private final RedisCommands<String, String> commands;
        private final String release;

        Raw(int port) {
            client = RedisClient.create(RedisURI.create("127.0.0.1", port));
            connection = client.connect();
            commands = connection.sync();
            release = commands.scriptLoad(RELEASE);
        }

        @Override
        public Held acquire(String name) {
            String owner = Long.toHexString(ThreadLocalRandom.current().nextLong());
            String key = "raw:" + name;
            if (!"OK".equals(commands.set(key, owner, SetArgs.Builder.nx().px(TimeUnit.SECONDS.toMillis(30))))) {
                throw new IllegalStateException("lock must be free: name=" + name);
            }
            return () -> {
                Long deleted = commands.evalsha(release, ScriptOutputType.INTEGER, new String[] {key}, owner);
                if (deleted != 1) {
                    throw new IllegalStateException("lock must be held: name=" + name);
                }
            };
        }

        @Override
        public void close() {
            connection.close();
            client.shutdown();
        }
    }

    private static final class Pawl implements Locker {

        private final Redis redis;
        private final LockService locks;
        private final Runnable end;

        Pawl(Redis redis, Runnable end) {
            this.redis = redis;
            this.locks = LockService.of(RedisLockBackend.of(redis, "bench"));
            this.end = end;
        }

        @Override
        public Held acquire(String name) throws InterruptedException {
            LockHandle handle = locks.lock(name).acquire();
            return () -> {
                if (handle.release() != ReleaseResult.RELEASED) {
                    throw new IllegalStateException("lock must be held: name=" + name);
                }
            };
        }

        @Override
        public void close() {
            locks.close();
            redis.close();
            end.run();
        }
    }
}
