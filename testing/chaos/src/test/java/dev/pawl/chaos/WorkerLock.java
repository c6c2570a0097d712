package dev.pawl.chaos;

import dev.pawl.common.Ticker;
import dev.pawl.fencing.FencingToken;
import dev.pawl.lock.DistributedLock;
import dev.pawl.lock.LockEvent;
import dev.pawl.lock.LockHandle;
import dev.pawl.lock.LockListener;
import dev.pawl.lock.LockOptions;
import dev.pawl.lock.LockService;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.redisson.Redisson;
import org.redisson.api.RLock;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;

/** A lock as a worker sees it, whoever made it. Thread-safe. */
interface WorkerLock extends AutoCloseable {

    String NAME = "hot";

    /** Which lock a worker is to take. */
    enum Kind {
        REDIS,
        REDLOCK,
        ZOOKEEPER,
        /** Each lock has a lease of its own. */
        ETCD,
        /** All locks of a process hang on one lease. */
        ETCD_SHARED,
        JDBC,
        SET_NX,
        RLOCK;

        /** Where waiters ask in no order, who comes back at once is mostly first. */
        Duration rest() {
            return switch (this) {
                case REDLOCK, JDBC -> Duration.ofMillis(100);
                default -> Duration.ZERO;
            };
        }

        WorkerLock open(String store, String namespace, Duration lease, LockListener listener) {
            return switch (this) {
                case REDIS -> new Pawl(WorkerStore.redis(store, namespace), lease, listener);
                case REDLOCK -> new Pawl(WorkerStore.redLock(store, namespace, lease), lease, listener);
                case ZOOKEEPER -> new Pawl(WorkerStore.zooKeeper(store, namespace), lease, listener);
                case ETCD -> new Pawl(WorkerStore.etcd(store, namespace, lease.multipliedBy(2)), lease, listener);
                case ETCD_SHARED -> new Pawl(WorkerStore.etcd(store, namespace, lease), lease, listener);
                case JDBC -> new Pawl(WorkerStore.jdbc(store, namespace), lease, listener);
                case SET_NX -> new SetNx(store, namespace, lease);
                case RLOCK -> new ByRedisson(store, namespace, lease);
            };
        }
    }

    /** A grant. */
    interface Held {

        /** The token, if the lock has any. */
        Optional<FencingToken> token();

        /** Until when the holder may believe that it holds; not later than what the lock's own answer means. */
        long validUntil();

        /** Gives back, and tells in one word what became of it. */
        String release();
    }

    /** Waits for the lock. */
    Held acquire() throws InterruptedException;

    @Override
    void close();

    /** Ours. */
    final class Pawl implements WorkerLock {

        private final WorkerStore store;
        private final LockService service;
        private final DistributedLock lock;

        Pawl(WorkerStore store, Duration lease, LockListener listener) {
            this.store = store;
            service = LockService.builder(store.backend()).listener(listener).build();
            lock = service.lock(NAME, LockOptions.defaults().withLease(lease));
        }

        @Override
        public Held acquire() throws InterruptedException {
            return new PawlHeld(lock.acquire());
        }

        @Override
        public void close() {
            service.close();
            store.backend().close();
            store.client().run();
        }

        private record PawlHeld(LockHandle handle) implements Held {

            @Override
            public Optional<FencingToken> token() {
                return Optional.of(handle.token());
            }

            @Override
            public long validUntil() {
                long now = Ticker.system().nanos(); // first: a pause in between must not lengthen what the handle says
                long left = handle.remaining().toNanos();
                return left == 0 ? 0 : now + left;
            }

            @Override
            public String release() {
                return handle.release().toString();
            }
        }
    }

    /** What is found in blogs: SET NX PX, and a script that deletes one's own. */
    final class SetNx implements WorkerLock {

        private static final String RELEASE =
                "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0";

        private final RedisClient client;
        private final RedisCommands<String, String> redis;
        private final String key;
        private final Duration lease;

        SetNx(String address, String namespace, Duration lease) {
            client = RedisClient.create(RedisURI.create("redis://" + address));
            redis = client.connect().sync();
            key = namespace + ":" + NAME;
            this.lease = lease;
        }

        @Override
        public Held acquire() {
            String owner = UUID.randomUUID().toString();
            SetArgs free = SetArgs.Builder.nx().px(lease);
            long sent = Ticker.system().nanos();
            while (redis.set(key, owner, free) == null) {
                Await.pass(Duration.ofMillis(3));
                sent = Ticker.system().nanos();
            }
            long end = sent + lease.toNanos();
            return new WithoutToken(end, () -> {
                Long deleted = redis.eval(RELEASE, ScriptOutputType.INTEGER, new String[] {key}, owner);
                return deleted == 1 ? "RELEASED" : "ALREADY_LOST";
            });
        }

        @Override
        public void close() {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        }
    }

    /** Redisson's, renewed by its watchdog. */
    final class ByRedisson implements WorkerLock {

        private final RedissonClient client;
        private final RLock lock;
        private final Duration lease;

        ByRedisson(String address, String namespace, Duration lease) {
            Config config = new Config()
                    .setLockWatchdogTimeout(lease.toMillis())
                    .setThreads(2)
                    .setNettyThreads(2);
            config.useSingleServer()
                    .setAddress("redis://" + address)
                    .setConnectionPoolSize(4)
                    .setConnectionMinimumIdleSize(1)
                    .setSubscriptionConnectionPoolSize(2);
            client = Redisson.create(config);
            lock = client.getLock(namespace + ":" + NAME);
            this.lease = lease;
        }

        @Override
        public Held acquire() {
            long sent = Ticker.system().nanos();
            lock.lock();
            return new WithoutToken(sent + lease.toNanos(), () -> {
                try {
                    lock.unlock();
                    return "RELEASED";
                } catch (IllegalMonitorStateException e) {
                    return "ALREADY_LOST";
                }
            });
        }

        @Override
        public void close() {
            client.shutdown();
        }
    }

    /** A grant that no resource can check. */
    record WithoutToken(long validUntil, Supplier<String> releasing) implements Held {

        @Override
        public Optional<FencingToken> token() {
            return Optional.empty();
        }

        @Override
        public String release() {
            return releasing.get();
        }
    }

    /** The operation of a request to the store that failed. */
    static Optional<String> failed(LockEvent event) {
        return event instanceof LockEvent.Failed failed ? Optional.of(failed.operation()) : Optional.empty();
    }
}
