package dev.pawl.lock.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.fencing.FencingToken;
import dev.pawl.lock.spi.AcquireAnswer;
import dev.pawl.lock.spi.AcquireRequest;
import dev.pawl.lock.spi.Grant;
import dev.pawl.lock.spi.GrantListener;
import dev.pawl.lock.spi.LockResource;
import dev.pawl.lock.spi.LockSession;
import dev.pawl.lock.spi.LockTerms;
import dev.pawl.redis.RedisReply;
import dev.pawl.redis.Subscription;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a session makes of a subscription that begins, fails or throws, and how often it asks. */
final class RedisLockSessionTest {

    private static final AcquireAnswer IN_FIVE_SECONDS = new AcquireAnswer.Taken(Duration.ofSeconds(5));
    private static final AcquireAnswer AT_ONCE = new AcquireAnswer.Taken(Duration.ZERO);

    private static final LockResource LOCK = new LockResource(LockResource.Kind.LOCK, "a");

    private final FakeRedis redis = new FakeRedis();
    private final LockSession session = RedisLockBackend.of(redis, "test").open("s", new GrantListener() {
        @Override
        public void granted(String attempt, long stamp, AcquireAnswer.Granted answer) {}

        @Override
        public void wake(String attempt) {}

        @Override
        public void missed() {}
    });

    RedisLockSessionTest() {
        redis.masters = () -> CompletableFuture.completedFuture(List.of());
        redis.answer = () -> CompletableFuture.completedFuture(RedisReply.of(List.of(5_000L, 1_795_297_108_870L)));
    }

    private CompletableFuture<AcquireAnswer> ask() {
        LockTerms terms = new LockTerms(FencingToken.Kind.EXCLUSIVE, 1, Duration.ofSeconds(30), Duration.ZERO);
        return session.acquire(new AcquireRequest(LOCK, "attempt", terms, 0, true))
                .toCompletableFuture();
    }

    @Test
    void whoeverWaitsAsksAgainOnceItHearsMessages() {
        CompletableFuture<Subscription> opening = new CompletableFuture<>();
        redis.subscribing = () -> opening;
        CompletableFuture<AcquireAnswer> first = ask();
        assertThat(first).isNotDone();
        opening.complete(new Subscription() {
            @Override
            public String channel() {
                return "channel";
            }

            @Override
            public void close() {}
        });
        assertThat(first).isCompletedWithValue(AT_ONCE);
        assertThat(ask()).isCompletedWithValue(IN_FIVE_SECONDS);
        assertThat(redis.subscriptions).isEqualTo(1);
    }

    @Test
    void aSubscriptionThatFailsLaterDoesNotMakeWhoeverWaitsAskAtOnce() {
        CompletableFuture<Subscription> opening = new CompletableFuture<>();
        redis.subscribing = () -> opening;
        CompletableFuture<AcquireAnswer> first = ask();
        opening.completeExceptionally(new BackendException("NOPERM", Outcome.NOT_APPLIED, null));
        assertThat(first).isCompletedWithValue(IN_FIVE_SECONDS);
        ask();
        assertThat(redis.subscriptions).as("tried again").isEqualTo(2);
    }

    @Test
    void aPortThatThrowsLeavesNobodyWaiting() {
        redis.subscribing = () -> {
            throw new IllegalStateException("thrown by the client");
        };
        assertThat(ask()).isCompletedWithValue(IN_FIVE_SECONDS);
        assertThat(ask()).isCompletedWithValue(IN_FIVE_SECONDS);
        assertThat(redis.subscriptions).isEqualTo(2);
    }

    @Test
    void aLockThatOthersWantedIsAskedForWithAllItsKeysAtOnceUntilItIsFree() {
        redis.subscribing = CompletableFuture::new;
        List<Integer> keys = redis.keys;
        ask();
        assertThat(keys).containsExactly(1, 4);
        ask();
        assertThat(keys).containsExactly(1, 4, 4);
        redis.answer = () -> CompletableFuture.completedFuture(
                RedisReply.of(List.of("1795297108870821".getBytes(StandardCharsets.US_ASCII))));
        ask();
        assertThat(ask())
                .isCompletedWithValue(new AcquireAnswer.Granted(1_795_297_108_870_821L, 1_795_297_108_870_821L));
        assertThat(keys).containsExactly(1, 4, 4, 4, 1);
    }

    @Test
    void aReleaseThatTheRecordAloneDoesNotDecideIsSentWithAllKeys() {
        redis.answer = () -> CompletableFuture.completedFuture(RedisReply.of(List.of(redis.evals == 1 ? 2L : 1L)));
        Grant grant = new Grant(LOCK, FencingToken.Kind.EXCLUSIVE, "attempt", 1);
        assertThat(session.release(grant, Duration.ZERO).toCompletableFuture()).isCompletedWithValue(true);
        assertThat(redis.keys).containsExactly(1, 4);
        assertThat(session.release(grant, Duration.ZERO).toCompletableFuture()).isCompletedWithValue(true);
        assertThat(redis.keys).containsExactly(1, 4, 4);
    }

    @Test
    void aSessionThatIsClosedMeanwhileEndsTheReleaseThatItHasBegun() {
        CompletableFuture<RedisReply> first = new CompletableFuture<>();
        redis.answer = () -> redis.evals == 1 ? first : CompletableFuture.completedFuture(RedisReply.of(List.of(1L)));
        CompletableFuture<Boolean> released = session.release(
                        new Grant(LOCK, FencingToken.Kind.EXCLUSIVE, "attempt", 1), Duration.ZERO)
                .toCompletableFuture();
        session.close();
        first.complete(RedisReply.of(List.of(2L)));
        assertThat(released).isCompletedWithValue(true);
        assertThat(redis.keys).containsExactly(1, 4);
    }

    @Test
    void aNamespaceLeavesRoomForTheLongestNameInAToken() {
        LockResource longest = new LockResource(LockResource.Kind.READ_WRITE, "n".repeat(LockResource.GREATEST_BYTES));
        String greatest = "/".repeat(160);
        assertThat(RedisLockBackend.of(redis, greatest).issuer(longest)).endsWith("n");
        assertThatThrownBy(() -> RedisLockBackend.of(redis, greatest + "1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most 480 bytes");
    }
}
