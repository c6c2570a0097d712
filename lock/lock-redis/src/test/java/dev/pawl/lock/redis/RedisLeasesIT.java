package dev.pawl.lock.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pawl.lock.DistributedLock;
import dev.pawl.lock.LockHandle;
import dev.pawl.lock.LockOptions;
import dev.pawl.lock.LockService;
import dev.pawl.lock.LockState;
import dev.pawl.lock.MultiHandle;
import dev.pawl.lock.ReleaseResult;
import dev.pawl.lock.spi.LockDescription;
import dev.pawl.redis.lettuce.LettuceRedis;
import dev.pawl.servers.RedisProcess;
import dev.pawl.servers.RedisServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.Lock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What leases last and whose tokens are, where other locks on Redis err. */
@RedisServer
final class RedisLeasesIT {

    private static final Duration SOON = Duration.ofMillis(500);
    private static final LockOptions ONE_SECOND =
            LockOptions.defaults().withLease(Duration.ofSeconds(1)).notRenewed();

    private final RedisProcess server;
    private RedisClient client;
    private LettuceRedis redis;
    private LockService locks;
    private LockService others;
    private String namespace;

    RedisLeasesIT(RedisProcess server) {
        this.server = server;
    }

    @BeforeEach
    void connect() {
        namespace = server.newPrefix();
        RedisURI uri = RedisURI.create(server.uri());
        client = RedisClient.create(uri);
        redis = LettuceRedis.of(client, uri, Patience.TIMEOUT);
        locks = LockService.of(RedisLockBackend.of(redis, namespace));
        others = LockService.of(RedisLockBackend.of(redis, namespace));
    }

    @AfterEach
    void close() {
        locks.close();
        others.close();
        redis.close();
        client.shutdown();
    }

    @Test
    void theLeaseOfATimedAcquireIsHonouredAtOnceAndAfterAWait() throws Exception {
        LockHandle first =
                locks.lock("a", ONE_SECOND).tryAcquire(Duration.ofSeconds(10)).orElseThrow();
        assertThat(first.remaining()).isLessThanOrEqualTo(Duration.ofSeconds(1));
        assertThat(endsWithin(locks.lock("a"))).isLessThanOrEqualTo(Duration.ofSeconds(1));

        // It ends by itself, and the next one waits for that end and has the lease that it asked for, not another
        // one's.
        LockOptions two = ONE_SECOND.withLease(Duration.ofSeconds(2));
        LockHandle second = others.lock("a", two)
                .tryAcquire(Duration.ofSeconds(1).plus(SOON))
                .orElseThrow();
        assertThat(first.state()).isEqualTo(LockState.LOST);
        assertThat(second.remaining()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(2));
        assertThat(endsWithin(others.lock("a"))).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(2));
        assertThat(second.release()).isEqualTo(ReleaseResult.RELEASED);
    }

    @Test
    void aStaleHoldersTokenStaysItsOwn() throws Exception {
        LockHandle stale = locks.lock("a", ONE_SECOND).acquire();
        long mine = stale.token().value();
        LockHandle next = others.lock("a").acquire();
        assertThat(stale.token().value())
                .isEqualTo(mine)
                .isLessThan(next.token().value());
        assertThat(stale.verify()).isFalse();
        assertThat(stale.release()).isEqualTo(ReleaseResult.ALREADY_LOST);
        assertThat(next.verify()).isTrue();
        assertThat(stale.token().value()).isEqualTo(mine);
        next.release();
    }

    @Test
    void reentryShowsTheSameTokenAndTheNextGrantAHigherOne() {
        DistributedLock lock = locks.lock("a");
        Lock reentrant = lock.asLock();
        reentrant.lock();
        LockDescription.Holder outer = holder(lock);
        reentrant.lock();
        assertThat(reentrant.tryLock()).isTrue();
        assertThat(holder(lock).grant()).as("grant within").isEqualTo(outer.grant());
        reentrant.unlock();
        reentrant.unlock();
        assertThat(holder(lock).grant()).as("grant after").isEqualTo(outer.grant());
        reentrant.unlock();
        assertThat(locks.admin().describe(lock).holders()).isEmpty();
        LockHandle next = lock.tryAcquire().orElseThrow();
        assertThat(next.token().value() >> 10).isGreaterThan(outer.grant().base());
        next.release();
    }

    @Test
    void theLeaseOfEachOfSeveralLocksIsRightThoughOneHadToBeWaitedFor() throws Exception {
        LockHandle inTheWay = others.lock("b").acquire();
        CompletableFuture<MultiHandle> waiting = CompletableFuture.supplyAsync(() -> {
            try {
                return locks.lockAll(List.of("a", "b"), LockOptions.defaults().withLease(Duration.ofSeconds(2)))
                        .acquire();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        // It has asked for the second one more than once by then.
        await().until(() -> locks.admin().describe(locks.lock("b")).waiting() == 1);
        await().during(Duration.ofMillis(1500)).until(() -> !waiting.isDone());
        inTheWay.release();
        MultiHandle held = waiting.get();
        for (LockHandle handle : held.handles()) {
            DistributedLock lock = locks.lock(handle.resource().name());
            assertThat(handle.remaining()).as("of %s", lock).isBetween(Duration.ofMillis(500), Duration.ofSeconds(2));
            assertThat(endsWithin(lock)).as("of %s", lock).isBetween(Duration.ofMillis(500), Duration.ofSeconds(2));
        }
        assertThat(held.release()).isEqualTo(ReleaseResult.RELEASED);
    }

    @Test
    void anExpiredShortLockDoesNotShortenTheNextOne() throws Exception {
        LockOptions moment = ONE_SECOND.withLease(Duration.ofMillis(200));
        LockHandle expired = locks.lock("a", moment).acquire();
        await().until(() -> expired.state() == LockState.LOST);

        LockHandle next = locks.lock("a", LockOptions.defaults().withLease(Duration.ofMillis(600)))
                .acquire();
        assertThat(endsWithin(locks.lock("a"))).isGreaterThan(Duration.ofMillis(400));
        await().during(Duration.ofMillis(1500)).until(() -> next.state() == LockState.HELD);
        assertThat(next.verify()).isTrue();
        assertThat(next.release()).isEqualTo(ReleaseResult.RELEASED);

        LockHandle last = locks.lock("a").acquire();
        assertThat(endsWithin(locks.lock("a"))).isGreaterThan(Duration.ofSeconds(25));
        last.release();
    }

    @Test
    void aLeftoverHoldOfAPooledThreadIsNotReenteredByTheNextTask() throws Exception {
        ExecutorService pool = Executors.newSingleThreadExecutor();
        try {
            DistributedLock lock = locks.lock("a", ONE_SECOND);
            LockHandle leftover = pool.submit(() -> lock.acquire()).get();
            Optional<LockHandle> second = pool.submit(() -> lock.tryAcquire()).get();
            assertThat(second).isEmpty();
            LockHandle later = pool.submit(() -> lock.acquire()).get();
            assertThat(leftover.state()).isEqualTo(LockState.LOST);
            assertThat(later.token().value()).isGreaterThan(leftover.token().value());
            later.release();
        } finally {
            pool.shutdown();
        }
    }

    @Test
    void aThousandLocksLeaveOneRecordEachThatEndsByItself() throws Exception {
        for (int i = 0; i < 1000; i++) {
            locks.lock("lock " + i).acquire().release();
        }
        List<?> keys = (List<?>) server.ask("KEYS", namespace + ":*");
        assertThat(keys).hasSize(1000);
        for (Object key : keys) {
            assertThat((Long) server.ask("PTTL", (String) key))
                    .isBetween(1L, Duration.ofDays(7).toMillis());
            assertThat((Long) server.ask("STRLEN", (String) key)).isLessThan(40);
        }
    }

    @Test
    void noDeletionAndNoForcedReleaseResetsTheToken() throws Exception {
        long first = locks.lock("a").acquire().token().value();
        server.ask("DEL", namespace + ":lock:{a}");
        LockHandle second = others.lock("a").tryAcquire().orElseThrow();
        assertThat(second.token().value()).isGreaterThan(first);
        assertThat(locks.admin().forceReleaseNow(holder(locks.lock("a")))).isTrue();
        try (LockService third = LockService.of(RedisLockBackend.of(redis, namespace))) {
            LockHandle last = third.lock("a").tryAcquire().orElseThrow();
            assertThat(last.token().value()).isGreaterThan(second.token().value());
            last.release();
        }
    }

    private LockDescription.Holder holder(DistributedLock lock) {
        return locks.admin().describe(lock).holders().get(0);
    }

    private Duration endsWithin(DistributedLock lock) throws IOException {
        return holder(lock).endsWithin();
    }
}
