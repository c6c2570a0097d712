package dev.pawl.lock.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.redis.RedisReply;
import dev.pawl.redis.ServerCheck;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class ServerCheckTest {

    private static final long HERE = 1_700_000_000_000L;
    private static final Clock CLOCK = Clock.fixed(Instant.ofEpochMilli(HERE), ZoneOffset.UTC);
    private static final BackendException UNREACHABLE = new BackendException("no master", Outcome.NOT_APPLIED, null);

    private final FakeRedis redis = new FakeRedis();
    private long now = Long.MAX_VALUE - 500_000_000;
    private final ServerCheck check = LockServers.check(redis, CLOCK, () -> now);

    private static RedisReply master(String policy, long maxMemory, long time) {
        return RedisReply.of(Arrays.asList(policy.getBytes(StandardCharsets.UTF_8), maxMemory, time));
    }

    private void answer(RedisReply... replies) {
        redis.masters = () -> CompletableFuture.completedFuture(List.of(replies));
    }

    private void fail() {
        redis.masters = () -> CompletableFuture.failedFuture(UNREACHABLE);
    }

    @Test
    void serversThatPassAreAskedOnce() {
        answer(master("noeviction", 1, HERE), master("allkeys-lru", 0, HERE));
        assertThat(check.run()).isCompletedWithValue(true);
        assertThat(check.passed()).isTrue();
        assertThat(check.hasSkew()).isFalse();
    }

    @Test
    void oneMasterThatMayEvictIsRefusedAndAskedAgainAfterASecond() {
        answer(master("noeviction", 1, HERE), master("allkeys-lru", 5, HERE));
        assertThatThrownBy(() -> check.run().join())
                .cause()
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("maxmemory-policy=allkeys-lru, maxmemory=5");
        assertThat(check.run()).isCompletedExceptionally();
        assertThat(redis.checks).isEqualTo(1);

        answer(master("noeviction", 5, HERE));
        now += 1_000_000_000;
        assertThat(check.run()).isCompletedWithValue(true);
    }

    @Test
    void aMasterThatCannotBeAskedStopsNobodyAndIsAskedAgainAtMostOnceASecond() {
        fail();
        assertThat(check.run()).isCompletedWithValue(false);
        assertThat(check.run()).isCompletedWithValue(false);
        now += 999_999_999;
        assertThat(check.run()).isCompletedWithValue(false);
        assertThat(redis.checks).isEqualTo(1);
        assertThat(check.passed()).isFalse();

        now += 1;
        CompletableFuture<List<RedisReply>> silent = new CompletableFuture<>();
        redis.masters = () -> silent;
        assertThat(check.run()).as("while it is asked again").isCompletedWithValue(false);
        now += 5_000_000_000L;
        assertThat(check.run()).isCompletedWithValue(false);
        assertThat(redis.checks).isEqualTo(2);

        silent.complete(List.of(master("volatile-ttl", 5, HERE)));
        assertThat(check.run()).as("once the answer is there").isCompletedExceptionally();
        assertThat(redis.checks).isEqualTo(3);
    }

    @Test
    void aBadPolicyThatIsSeenLaterIsRefusedFromThenOn() {
        fail();
        assertThat(check.run()).isCompletedWithValue(false);
        answer(master("volatile-ttl", 5, HERE));
        now += 1_000_000_000;
        check.run();
        assertThat(check.run()).isCompletedExceptionally();
        fail();
        now += 1_000_000_000;
        assertThat(check.run()).as("after the server is silent").isCompletedExceptionally();
    }

    @Test
    void whoComesFirstWaitsForTheAnswer() {
        CompletableFuture<Boolean> first = check.run();
        assertThat(first).isNotDone();
        assertThat(check.run()).isSameAs(first);
        assertThat(redis.checks).isEqualTo(1);
    }

    @Test
    void aPortThatThrowsAndAReplyThatCannotBeReadLeaveNobodyWaiting() {
        redis.masters = () -> {
            throw new IllegalStateException("thrown by the client");
        };
        assertThat(check.run()).isCompletedWithValue(false);
        redis.masters = () -> CompletableFuture.completedFuture(List.of(RedisReply.of(List.of())));
        now += 1_000_000_000;
        assertThat(check.run()).isCompletedWithValue(false);
        assertThat(redis.checks).isEqualTo(2);
        answer(master("noeviction", 0, HERE));
        now += 1_000_000_000;
        check.run();
        assertThat(check.passed()).isTrue();
    }

    @Test
    void aClockThatIsMoreThanTenSecondsOffIsFound() {
        long greatest = Duration.ofSeconds(10).toMillis();
        for (long time : new long[] {HERE - greatest, HERE + greatest}) {
            assertThat(isOff(time)).as("server at %d", time).isFalse();
        }
        for (long time : new long[] {HERE - greatest - 1, HERE + greatest + 1}) {
            assertThat(isOff(time)).as("server at %d", time).isTrue();
        }
    }

    private boolean isOff(long time) {
        answer(master("noeviction", 0, time));
        ServerCheck fresh = LockServers.check(redis, CLOCK, () -> now);
        assertThat(fresh.run()).isCompletedWithValue(true);
        return fresh.hasSkew();
    }
}
