package dev.pawl.delay.redis;

import static dev.pawl.delay.redis.RedisJobs.LONG;
import static dev.pawl.delay.redis.RedisJobs.await;
import static dev.pawl.delay.redis.RedisJobs.failure;
import static dev.pawl.delay.redis.RedisJobs.job;
import static dev.pawl.delay.redis.RedisJobs.jobs;
import static dev.pawl.delay.redis.RedisJobs.receipts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pawl.common.BackendException.Outcome;
import dev.pawl.delay.spi.ClaimAnswer.ClaimedJob;
import dev.pawl.delay.spi.Due;
import dev.pawl.delay.spi.EnqueueOutcome;
import dev.pawl.delay.spi.Nack;
import dev.pawl.delay.spi.NewJob;
import dev.pawl.delay.spi.Presence;
import dev.pawl.redis.RedisKeys;
import dev.pawl.servers.RedisProcess;
import dev.pawl.servers.RedisServer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What only Redis does to delayed jobs. A server of its own, since scripts and keys are flushed. */
@RedisServer(settings = "slowlog-max-len 4096")
@Execution(ExecutionMode.SAME_THREAD)
final class RedisTrapsIT extends RedisJobsFixture {

    RedisTrapsIT(RedisProcess server) {
        super(server);
    }

    @Test
    void scriptsThatWereFlushedAreSentAgain() throws Exception {
        jobs.enqueue(job("a"));
        server.ask("SCRIPT", "FLUSH");
        jobs.enqueue(job("b"));
        server.ask("SCRIPT", "FLUSH");
        List<ClaimedJob> given = jobs.claim(10);
        assertThat(given).hasSize(2);
        server.ask("SCRIPT", "FLUSH");
        assertThat(jobs.ack(given)).containsOnly(true);
    }

    @Test
    void aPartitionThatWasFlushedIsMadeAnewAndItsTokensGoOn() throws Exception {
        jobs.enqueue(job("a"));
        ClaimedJob before = jobs.claim(1).get(0);
        server.flushAll();
        assertThat(jobs.ack(List.of(before))).containsExactly(false);
        assertThat(jobs.enqueue(job("a"))).containsExactly(EnqueueOutcome.TAKEN);
        assertThat(jobs.claim(1).get(0).token()).isGreaterThan(before.token());
    }

    @Test
    void whatIsAskedOfAPartitionThatIsNotThereFindsNothingAndDoesNotMakeIt() throws Exception {
        assertThat(await(jobs.session.find(jobs.partition, List.of("a")))).containsExactly(Optional.empty());
        assertThat(await(jobs.session.peek(jobs.partition, 5))).isEmpty();
        assertThat(await(jobs.session.scan(jobs.partition, "", 5)).items()).isEmpty();
        assertThat(await(jobs.session.deadLetters(jobs.partition, "", 5)).items())
                .isEmpty();
        assertThat(await(jobs.session.stats(jobs.partition)).waiting()).isZero();
        assertThat(await(jobs.session.look(jobs.partition)).head().exists()).isFalse();
        assertThat(keys()).isEmpty();
    }

    @Test
    void allKeysOfAPartitionExistFromTheFirstJobToAfterTheLast() throws Exception {
        jobs.enqueue(job("a"));
        assertThat(keys()).hasSize(10);
        ClaimedJob claimed = jobs.claim(1).get(0);
        await(jobs.session.nack(jobs.partition, List.of(new Nack(claimed.receipt(), Nack.Kind.DEAD_LETTER, LONG, ""))));
        await(jobs.session.purge(jobs.partition, List.of("a")));
        await(jobs.session.announce(jobs.partition, new Presence("c", true, LONG)));
        await(jobs.session.announce(jobs.partition, new Presence("c", true, Duration.ZERO)));
        assertThat(remembered("consumers")).isZero();
        assertThat(keys()).hasSize(10).allMatch(key -> key.startsWith(namespace + ":delay:{q:3}:"));
        for (String key : keys()) {
            assertThat(server.ask("PTTL", key)).isEqualTo(-1L);
        }
    }

    @Test
    void aPartitionThatIsMadeTwiceKeepsItsJobs() throws Exception {
        jobs.enqueue(job("a"));
        PartitionKeys made = new PartitionKeys(new RedisKeys(namespace), jobs.partition);
        assertThat(await(redis.eval(JobScripts.OPEN, made.all, List.of())).integer(0))
                .isZero();
        assertThat(jobs.claim(10)).hasSize(1);
    }

    @Test
    void aPartitionThatHasLostItsRecordBeginsAnewAndEmpty() throws Exception {
        jobs.enqueue(job("a"), job("b", LONG));
        server.ask("DEL", namespace + ":delay:{q:3}:jobs");
        jobs.enqueue(job("c"));
        assertThat(jobs.claim(10).stream().map(ClaimedJob::id)).containsExactly("c");
        assertThat(await(jobs.session.stats(jobs.partition)).waiting()).isZero();
    }

    @Test
    void anEvictingServerIsRefused() throws Exception {
        server.ask("CONFIG", "SET", "maxmemory", "1gb");
        server.ask("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
        try {
            var refused = failure(jobs.sendEnqueue(List.of(job("a"))));
            assertThat(refused.outcome()).isEqualTo(Outcome.NOT_APPLIED);
            assertThat(refused).hasMessageContaining("any other evicts jobs: maxmemory-policy=allkeys-lru");
            assertThat(keys()).isEmpty();
        } finally {
            server.ask("CONFIG", "SET", "maxmemory-policy", "noeviction");
            server.ask("CONFIG", "SET", "maxmemory", "0");
        }
    }

    @Test
    void aRequestWhoseReplyIsLostIsUnknownAndItsRepetitionChangesNothing() throws Exception {
        NewJob made = job("a");
        jobs.enqueue(job("other", LONG));
        cutReply();
        assertThat(failure(jobs.sendEnqueue(List.of(made))).outcome()).isEqualTo(Outcome.UNKNOWN);
        repeat(() -> assertThat(jobs.enqueue(made)).containsExactly(EnqueueOutcome.TAKEN));
        assertThat(await(jobs.session.stats(jobs.partition)).waiting()).isEqualTo(2);

        cutReply();
        assertThat(failure(jobs.sendClaim("c", 1, 5, LONG)).outcome()).isEqualTo(Outcome.UNKNOWN);
        List<ClaimedJob> given = new ArrayList<>();
        repeat(() -> given.addAll(await(jobs.sendClaim("c", 1, 5, LONG)).jobs()));
        assertThat(given).hasSize(1);
        assertThat(given.get(0).attempt()).isEqualTo(1);

        cutReply();
        assertThat(failure(jobs.session.ack(jobs.partition, receipts(given))).outcome())
                .isEqualTo(Outcome.UNKNOWN);
        repeat(() -> assertThat(jobs.ack(given)).containsExactly(true));
        assertThat(jobs.enqueue(made)).containsExactly(EnqueueOutcome.TAKEN);
        assertThat(await(jobs.session.stats(jobs.partition)).waiting()).isEqualTo(1);
        assertThat(proxy.repliesLost()).isEqualTo(3);
    }

    @Test
    void anotherFormatIsRefusedAndLeftAlone() throws Exception {
        jobs.enqueue(job("a"));
        String bodies = namespace + ":delay:{q:3}:jobs";
        write("redis.call('HSET', KEYS[1], 'a', '2' .. string.sub(redis.call('HGET', KEYS[1], 'a'), 2))", bodies);
        assertThat(failure(jobs.sendClaim("c", 1, 5, LONG))).hasMessageContaining("PAWLFORMAT");
        assertThat(failure(jobs.session.cancel(jobs.partition, List.of("a")))).hasMessageContaining("PAWLFORMAT");
        assertThat(failure(jobs.session.find(jobs.partition, List.of("a")))).hasMessageContaining("format=2");
        assertThat(server.ask("HEXISTS", bodies, "a")).isEqualTo(1L);

        write("redis.call('HSET', KEYS[1], '', '2' .. string.sub(redis.call('HGET', KEYS[1], ''), 2))", bodies);
        for (var request : List.of(
                jobs.sendEnqueue(List.of(job("b"))),
                jobs.sendClaim("c", 2, 5, LONG),
                jobs.session.look(jobs.partition))) {
            var refused = failure(request);
            assertThat(refused).hasMessageContaining("PAWLFORMAT partition must have format 1: format=2");
            assertThat(refused.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        }
    }

    @Test
    void aSubscriptionThatWasLostIsToldOnceItIsRenewed() throws Exception {
        await(jobs.session.watch(jobs.partition));
        server.ask("CLIENT", "KILL", "TYPE", "pubsub");
        await().atMost(PATIENCE).until(() -> jobs.missed.get() > 0);
        await().atMost(PATIENCE).until(() -> {
            jobs.enqueue(new NewJob[] {earlier()});
            return jobs.hints.get() > 0;
        });
    }

    /** A job that is due before all others. */
    private NewJob earlier() {
        NewJob made = job("sooner-" + System.identityHashCode(new Object()));
        return new NewJob(made.id(), made.request(), made.body(), new Due.At(0), made.terms(), made.dedup());
    }

    private void cutReply() {
        proxy.cutReplyTo("EVALSHA");
    }

    /** Until the connection is there again. */
    private static void repeat(Runnable request) {
        await().atMost(PATIENCE)
                .ignoreExceptionsMatching(e -> e.getCause() instanceof dev.pawl.common.BackendException)
                .untilAsserted(request::run);
    }

    private void write(String script, String key) throws IOException {
        server.ask("EVAL", script, "1", key);
    }
}
