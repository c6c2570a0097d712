package dev.pawl.lock.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pawl.lock.LockEvent;
import dev.pawl.lock.LockHandle;
import dev.pawl.lock.LockOptions;
import dev.pawl.lock.LockService;
import dev.pawl.lock.LockState;
import dev.pawl.lock.ReleaseResult;
import dev.pawl.redis.Redis;
import dev.pawl.redis.RedisListener;
import dev.pawl.redis.RedisReply;
import dev.pawl.redis.RedisScript;
import dev.pawl.redis.Subscription;
import dev.pawl.redis.lettuce.LettuceRedis;
import dev.pawl.servers.RedisProcess;
import dev.pawl.servers.RedisServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How renewal goes on, and how it ends, where that of other locks on Redis does not. */
@RedisServer
final class RedisRenewalIT {

    private static final Duration LEASE = Duration.ofSeconds(1);
    private static final Duration TIMEOUT = Duration.ofMillis(200);
    private static final LockOptions RENEWED = LockOptions.defaults().withLease(LEASE);

    private final RedisProcess server;
    private final Queue<LockEvent> events = new ConcurrentLinkedQueue<>();
    private final AtomicInteger renewalsThatThrow = new AtomicInteger();
    private RedisClient client;
    private LettuceRedis redis;
    private LockService locks;
    private LockService others;

    RedisRenewalIT(RedisProcess server) {
        this.server = server;
    }

    @BeforeEach
    void connect() {
        String namespace = server.newPrefix();
        RedisURI uri = RedisURI.create(server.uri());
        client = RedisClient.create(uri);
        redis = LettuceRedis.of(client, uri, TIMEOUT);
        locks = LockService.builder(RedisLockBackend.of(new ThrowingRedis(redis, renewalsThatThrow), namespace))
                .listener(events::add)
                .build();
        others = LockService.of(RedisLockBackend.of(redis, namespace));
    }

    @AfterEach
    void close() throws Exception {
        server.resume();
        locks.close();
        others.close();
        redis.close();
        client.shutdown();
    }

    @Test
    void aReleaseWhileRedisIsDownStopsTheRenewalAndLeavesNobodyWhoHolds() throws Exception {
        LockHandle handle = locks.lock("a", RENEWED).acquire();
        await().atMost(Duration.ofSeconds(30)).until(() -> renewals() > 0);
        server.pause();
        assertThat(handle.release()).isEqualTo(ReleaseResult.UNKNOWN);
        assertThat(handle.state()).isEqualTo(LockState.RELEASED);
        long renewals = renewals();
        server.resume();

        LockHandle next =
                others.lock("a", RENEWED).tryAcquire(LEASE.plusMillis(500)).orElseThrow();
        await().atMost(Duration.ofSeconds(30))
                .during(LEASE.multipliedBy(2))
                .until(() -> next.state() == LockState.HELD && next.verify());
        assertThat(renewals()).as("renewals after the release").isEqualTo(renewals);
        assertThat(next.release()).isEqualTo(ReleaseResult.RELEASED);
    }

    @Test
    void aReenteredLockIsRenewedOnceAndNotAnyMoreAfterTheLastUnlock() {
        Lock lock = locks.lock("a", RENEWED).asLock();
        lock.lock();
        lock.lock();
        await().atMost(Duration.ofSeconds(30)).until(() -> renewals() >= 3);
        lock.unlock();
        long inside = renewals();
        await().atMost(Duration.ofSeconds(30)).until(() -> renewals() > inside);
        lock.unlock();
        long renewals = renewals();
        LockHandle next = others.lock("a", RENEWED).tryAcquire().orElseThrow();
        await().atMost(Duration.ofSeconds(30)).during(LEASE).until(() -> next.state() == LockState.HELD);
        assertThat(renewals()).isEqualTo(renewals);
        next.release();
    }

    @Test
    void aRenewalThatThrowsIsTriedAgainAndThoseAfterItCome() throws Exception {
        LockHandle handle = locks.lock("a", RENEWED).acquire();
        for (int i = 0; i < 3; i++) {
            renewalsThatThrow.set(2);
            long before = renewals();
            await().atMost(Duration.ofSeconds(30)).until(() -> renewalsThatThrow.get() <= 0);
            await().atMost(Duration.ofSeconds(30)).until(() -> renewals() > before);
        }
        assertThat(handle.state()).isEqualTo(LockState.HELD);
        assertThat(handle.verify()).isTrue();
        assertThat(events).filteredOn(LockEvent.Failed.class::isInstance).hasSize(6);
        assertThat(handle.release()).isEqualTo(ReleaseResult.RELEASED);
    }

    @Test
    void aLockOutlivesASilenceOfRedisThatIsShorterThanItsLease() throws Exception {
        LockHandle handle = locks.lock("a", RENEWED).acquire();
        server.pause();
        await().atMost(Duration.ofSeconds(30))
                .until(() -> events.stream().anyMatch(LockEvent.Failed.class::isInstance));
        server.resume();
        await().atMost(Duration.ofSeconds(30))
                .during(LEASE.multipliedBy(2))
                .until(() -> handle.state() != LockState.LOST);
        assertThat(handle.release()).isEqualTo(ReleaseResult.RELEASED);
    }

    private long renewals() {
        return events.stream().filter(LockEvent.Renewed.class::isInstance).count();
    }

    /** A client whose calls fail before they begin. */
    private record ThrowingRedis(Redis redis, AtomicInteger renewalsThatThrow) implements Redis {

        @Override
        public CompletionStage<RedisReply> eval(RedisScript script, List<String> keys, List<byte[]> args) {
            if (script.name().contains("renew") && renewalsThatThrow.getAndDecrement() > 0) {
                throw new IllegalStateException("thrown by the client");
            }
            return redis.eval(script, keys, args);
        }

        @Override
        public CompletionStage<List<RedisReply>> evalOnEveryMaster(RedisScript script, List<byte[]> args) {
            return redis.evalOnEveryMaster(script, args);
        }

        @Override
        public CompletionStage<List<String>> scan(String prefix) {
            return redis.scan(prefix);
        }

        @Override
        public CompletionStage<Subscription> subscribe(String channel, RedisListener listener) {
            return redis.subscribe(channel, listener);
        }

        @Override
        public void close() {
            redis.close();
        }
    }
}
