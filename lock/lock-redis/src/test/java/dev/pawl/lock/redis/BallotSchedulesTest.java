package dev.pawl.lock.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.fencing.FencingToken;
import dev.pawl.lock.spi.AcquireAnswer;
import dev.pawl.lock.spi.AcquireRequest;
import dev.pawl.lock.spi.Grant;
import dev.pawl.lock.spi.LockResource;
import dev.pawl.lock.spi.LockTerms;
import dev.pawl.redis.Redis;
import dev.pawl.redis.RedisKeys;
import dev.pawl.redis.RedisListener;
import dev.pawl.redis.RedisReply;
import dev.pawl.redis.RedisScript;
import dev.pawl.redis.ServerCheck;
import dev.pawl.redis.Subscription;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Schedules that a random search seldom meets, step by step, over the nodes of the simulation. */
final class BallotSchedulesTest {

    private static final LockResource LOCK = new LockResource(LockResource.Kind.LOCK, "a");
    private static final Duration LEASE = Duration.ofSeconds(1);
    private static final LockTerms TERMS = new LockTerms(FencingToken.Kind.EXCLUSIVE, 1, LEASE, Duration.ZERO);

    private final List<BallotNode> nodes = new ArrayList<>();
    private final Set<Integer> cut = new HashSet<>();
    /** Requests of clients that have not arrived yet, where they are held back. */
    private final List<Supplier<RedisReply>> underWay = new ArrayList<>();

    private boolean holdsBack;
    private long micros;
    private long clock = 1_000;

    private void nodes(int count) {
        for (int i = 0; i < count; i++) {
            nodes.add(new BallotNode(BallotDefect.NONE, 1, 3_600_000, 1_800_000));
        }
        admission().bootstrap();
    }

    private RedLockAdmission admission() {
        return new RedLockAdmission(connect(false), new Quorum(nodes.size()), LEASE, () -> micros * 1_000);
    }

    private RedLockSession session() {
        return new RedLockSession(connect(true), new Proposals(() -> clock), Random::new, () -> micros * 1_000);
    }

    private List<RedLockNode> connect(boolean client) {
        List<RedLockNode> connected = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            Redis port = new Port(i, client);
            ServerCheck check = LockServers.check(port, Clock.fixed(Instant.EPOCH, ZoneOffset.UTC), () -> 0);
            connected.add(new RedLockNode(port, new RedisKeys("s"), check));
        }
        return connected;
    }

    private static CompletableFuture<AcquireAnswer> ask(RedLockSession session, String attempt) {
        return session.acquire(new AcquireRequest(LOCK, attempt, TERMS, 0, false))
                .toCompletableFuture();
    }

    private static CompletableFuture<AcquireAnswer> await(RedLockSession session, String attempt) {
        return session.acquire(new AcquireRequest(LOCK, attempt, TERMS, 0, true))
                .toCompletableFuture();
    }

    private static long granted(CompletableFuture<AcquireAnswer> answer) {
        assertThat(answer).isCompleted();
        assertThat(answer.join()).isInstanceOf(AcquireAnswer.Granted.class);
        return ((AcquireAnswer.Granted) answer.join()).base();
    }

    private static Grant grant(String attempt, long base) {
        return new Grant(LOCK, FencingToken.Kind.EXCLUSIVE, attempt, base);
    }

    private void pass(Duration time) {
        micros += time.toNanos() / 1_000;
    }

    @Test
    void whoReleasesALockThatOthersWereRefusedLeavesThemAMoment() {
        nodes(3);
        RedLockSession first = session();
        RedLockSession other = session();
        long base = granted(await(first, "first-1"));
        assertThat(await(other, "other-1").join()).isInstanceOf(AcquireAnswer.Taken.class);
        first.release(grant("first-1", base), Duration.ZERO);
        AcquireAnswer back = await(first, "first-2").join();
        assertThat(back).isInstanceOf(AcquireAnswer.Taken.class);
        assertThat(((AcquireAnswer.Taken) back).freeWithin()).isBetween(Duration.ofMillis(100), Duration.ofMillis(150));
        clock++;
        other.release(grant("other-1", granted(await(other, "other-1"))), Duration.ZERO);
        clock++;
        pass(Duration.ofMillis(151));
        granted(await(first, "first-2"));
    }

    @Test
    void whoReleasesALockThatNobodyWasRefusedHasItAgainAtOnce() {
        nodes(3);
        RedLockSession only = session();
        for (int i = 0; i < 3; i++) {
            clock++;
            only.release(grant("only-" + i, granted(await(only, "only-" + i))), Duration.ZERO);
        }
    }

    @Test
    void whoDoesNotWaitDoesNotStandBackEither() {
        nodes(3);
        RedLockSession first = session();
        long base = granted(await(first, "first-1"));
        await(session(), "other-1");
        first.release(grant("first-1", base), Duration.ZERO);
        clock++;
        granted(ask(first, "first-2"));
    }

    @Test
    void theFloorIsReadAfterTheWatchSinceARoundMayEndWithinIt() {
        nodes(3);
        // Node 0 accepts; what is sent to 1 is under way, and 2 is cut off.
        RedLockSession slow = session();
        cut.add(2);
        clock = 5_000;
        holdsBack = true;
        CompletableFuture<AcquireAnswer> answer = ask(slow, "slow-1");
        underWay.remove(0).get();
        holdsBack = false;
        nodes.get(0).flush();
        RedLockAdmission admission = admission();
        assertThat(admission.admit(0)).isPositive();
        // Within the watch the acceptance of node 1 arrives: a grant of which node 1 alone knows now.
        pass(Duration.ofMillis(300));
        assertThat(admission.admit(0)).isPositive();
        underWay.forEach(Supplier::get);
        long first = granted(answer);
        cut.remove(2);
        pass(Duration.ofMillis(800));
        assertThat(admission.admit(0)).isZero();
        // A client with a slow clock, over the one that was flushed and the one that never knew.
        cut.add(1);
        clock = 2_000;
        long second = granted(ask(session(), "late-1"));
        assertThat(second).isGreaterThan(first);
    }

    @Test
    void theFloorIsReadFromAsManyOthersAsCannotMissAGrant() {
        nodes(5);
        clock = 5_000;
        cut.addAll(Set.of(3, 4));
        long first = granted(ask(session(), "first-1"));
        cut.clear();
        // 0 and 1 forget, so that of those who granted 2 alone knows, and 2 is not reached.
        nodes.get(0).flush();
        cut.add(2);
        RedLockAdmission admission = admission();
        assertThat(admission.admit(0)).isPositive();
        pass(LEASE.plus(LEASE));
        cut.add(1);
        // 3 and 4 would be votes() - 1, and know of nothing.
        assertThatThrownBy(() -> admission.admit(0))
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("admitted=2");
        assertThat(nodes.get(0).isAdmitted()).isFalse();
        cut.clear();
        assertThat(admission.admit(0)).isZero();
        cut.addAll(Set.of(1, 2));
        clock = 2_000;
        assertThat(granted(ask(session(), "second-1"))).isGreaterThan(first);
    }

    @Test
    void aNodeThatForgotIsWatchedForAsLongAsItMayBeCountedOn() {
        nodes(3);
        cut.add(2);
        granted(ask(session(), "holder-1"));
        cut.clear();
        nodes.get(0).flush();
        RedLockAdmission admission = admission();
        assertThat(admission.admit(0)).isPositive();
        pass(Duration.ofMillis(990));
        // The holder's lease runs still, on nodes 0 and 1: the others must not be granted it by 0 and 2.
        assertThat(admission.admit(0)).isPositive();
        cut.add(1);
        CompletableFuture<AcquireAnswer> early = ask(session(), "early-1");
        assertThat(early).isCompletedExceptionally();
        cut.clear();
        pass(Duration.ofMillis(31));
        assertThat(admission.admit(0)).isZero();
    }

    @Test
    void aSecondFlushEndsTheWatchOfEveryAdministrator() {
        nodes(3);
        nodes.get(0).flush();
        RedLockAdmission one = admission();
        RedLockAdmission two = admission();
        assertThat(one.admit(0)).isPositive();
        pass(Duration.ofMillis(500));
        assertThat(two.admit(0)).isPositive();
        pass(Duration.ofMillis(600));
        assertThat(one.admit(0)).isZero();
        // It votes, and forgets again: what the other one has watched is worth nothing now.
        nodes.get(0).flush();
        pass(Duration.ofMillis(600));
        assertThat(two.admit(0)).isPositive();
        assertThat(nodes.get(0).isAdmitted()).isFalse();
        pass(Duration.ofMillis(1_020));
        assertThat(two.admit(0)).isZero();
    }

    @Test
    void aRestartKeepsANodeOutThoughItHasItsData() {
        nodes(3);
        nodes.get(0).restart();
        nodes.get(1).restart();
        assertThat(ask(session(), "one-1")).isCompletedExceptionally();
        assertThat(admission().standings())
                .containsExactly(
                        RedLockAdmission.Standing.KEPT_OUT,
                        RedLockAdmission.Standing.KEPT_OUT,
                        RedLockAdmission.Standing.ADMITTED);
    }

    @Test
    void aRenewalTakesAnAdmittedNodeOverButNotOneThatHasAcceptedMore() {
        nodes(3);
        cut.add(2);
        RedLockSession session = session();
        long base = granted(ask(session, "holder-1"));
        cut.clear();
        cut.add(0);
        // Nodes 1 and 2 stand for it after this renewal.
        assertThat(session.renew(grant("holder-1", base), TERMS).toCompletableFuture())
                .isCompletedWithValue(true);
        assertThat(session.verify(grant("holder-1", base)).toCompletableFuture())
                .isCompletedWithValue(true);
        cut.clear();
        assertThat(session.release(grant("holder-1", base), Duration.ZERO).toCompletableFuture())
                .isCompletedWithValue(true);
        assertThat(session.renew(grant("holder-1", base), TERMS).toCompletableFuture())
                .isCompletedWithValue(false);
    }

    @Test
    void twoClientsThatProposeTheSameAreGrantedOneAfterTheOther() {
        nodes(3);
        RedLockSession one = session();
        RedLockSession two = session();
        long first = granted(ask(one, "one-1"));
        assertThat(ask(two, "two-1").join()).isInstanceOf(AcquireAnswer.Taken.class);
        one.release(grant("one-1", first), Duration.ZERO);
        // A third one that has seen nothing proposes the same as the first, and is told what is enough.
        assertThat(granted(ask(session(), "three-1"))).isGreaterThan(first);
    }

    @Test
    void aTurnOfARoundThatFailedIsReleasedOnTheNodesThatAccepted() {
        nodes(3);
        cut.addAll(Set.of(1, 2));
        assertThat(ask(session(), "alone-1")).isCompletedExceptionally();
        cut.clear();
        cut.add(1);
        assertThat(granted(ask(session(), "next-1"))).isPositive();
    }

    @Test
    void aQuorumThatDeniesIsSureAndOneThatIsNotReachedIsNot() {
        nodes(3);
        RedLockSession session = session();
        long base = granted(ask(session, "one-1"));
        cut.addAll(Set.of(1, 2));
        CompletableFuture<Boolean> unknown =
                session.release(grant("one-1", base), Duration.ZERO).toCompletableFuture();
        assertThatThrownBy(unknown::join)
                .hasCauseInstanceOf(BackendException.class)
                .hasMessageContaining("a quorum of the nodes must answer: request=release");
        cut.remove(1);
        // Node 0 is free already, and 1 alone is no quorum, whatever 2 says.
        assertThat(session.verify(grant("one-1", base)).toCompletableFuture()).isCompletedExceptionally();
        cut.clear();
        assertThat(session.verify(grant("other-1", base)).toCompletableFuture()).isCompletedWithValue(false);
    }

    /** Connects at once, unless the node is cut off from clients or requests are held back. */
    private final class Port implements Redis {
        private final int node;
        private final boolean client;

        Port(int node, boolean client) {
            this.node = node;
            this.client = client;
        }

        @Override
        public CompletionStage<RedisReply> eval(RedisScript script, List<String> keys, List<byte[]> args) {
            if (cut.contains(node)) {
                return CompletableFuture.failedFuture(new BackendException("cut", Outcome.NOT_APPLIED, null));
            }
            CompletableFuture<RedisReply> answer = new CompletableFuture<>();
            Supplier<RedisReply> arrival = () -> {
                RedisReply reply = RedisReply.of(nodes.get(node).run(script, keys, args, micros));
                answer.complete(reply);
                return reply;
            };
            if (client && holdsBack) {
                underWay.add(arrival);
            } else {
                arrival.get();
            }
            return answer;
        }

        @Override
        public CompletionStage<List<RedisReply>> evalOnEveryMaster(RedisScript script, List<byte[]> args) {
            byte[] policy = "noeviction".getBytes(StandardCharsets.US_ASCII);
            return CompletableFuture.completedFuture(List.of(RedisReply.of(List.of(policy, 0L, 0L))));
        }

        @Override
        public CompletionStage<List<String>> scan(String prefix) {
            return CompletableFuture.completedFuture(List.of());
        }

        @Override
        public CompletionStage<Subscription> subscribe(String channel, RedisListener listener) {
            return new CompletableFuture<>();
        }

        @Override
        public void close() {}
    }
}
