package dev.pawl.delay.redis;

import static dev.pawl.delay.redis.RedisJobs.LONG;
import static dev.pawl.delay.redis.RedisJobs.await;
import static dev.pawl.delay.redis.RedisJobs.job;
import static dev.pawl.delay.redis.RedisJobs.jobs;
import static dev.pawl.delay.redis.RedisJobs.receipts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.pawl.delay.spi.ChangeOutcome;
import dev.pawl.delay.spi.ClaimAnswer.ClaimedJob;
import dev.pawl.delay.spi.Dedup;
import dev.pawl.delay.spi.Due;
import dev.pawl.delay.spi.Durability;
import dev.pawl.delay.spi.EnqueueOutcome;
import dev.pawl.delay.spi.EnqueueRequest;
import dev.pawl.delay.spi.JobBody;
import dev.pawl.delay.spi.JobStore;
import dev.pawl.delay.spi.Nack;
import dev.pawl.delay.spi.NewJob;
import dev.pawl.delay.spi.Partition;
import dev.pawl.delay.spi.Reschedule;
import dev.pawl.servers.RedisProcess;
import dev.pawl.servers.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What a request costs, and what it leaves behind. A server of its own, since commands are counted. */
@RedisServer(settings = "slowlog-max-len 4096")
@Execution(ExecutionMode.SAME_THREAD)
final class RedisBoundsIT extends RedisJobsFixture {

    RedisBoundsIT(RedisProcess server) {
        super(server);
    }

    @Test
    void onlyAHeadThatIsSoonerIsTold() throws Exception {
        await(jobs.session.watch(jobs.partition));
        jobs.enqueue(job("a", LONG));
        jobs.enqueue(jobs("later-", 50, LONG.multipliedBy(2)));
        jobs.enqueue(job("b", LONG.multipliedBy(2)));
        long before = published();
        jobs.enqueue(jobs("latest-", 50, LONG.multipliedBy(3)));
        jobs.enqueue(job("c", LONG.multipliedBy(2)));
        assertThat(published()).isEqualTo(before);
        jobs.enqueue(job("d", Duration.ofMinutes(1)));
        assertThat(published()).isEqualTo(before + 1);
        await().atMost(PATIENCE).until(() -> jobs.hints.get() == 2);
    }

    @Test
    void anEnqueueAnswersTheHeadAndIsSilentWhileThePartitionIsPaused() throws Exception {
        assertThat(await(jobs.sendEnqueue(List.of(job("a", LONG)))).head().dueInMillis())
                .isBetween(LONG.toMillis(), LONG.toMillis() + 1);
        assertThat(await(jobs.sendEnqueue(List.of(job("b", Duration.ofHours(1)))))
                        .head()
                        .dueInMillis())
                .isLessThanOrEqualTo(LONG.toMillis() + 1);
        await(jobs.session.pause(jobs.partition, true));
        long before = published();
        assertThat(await(jobs.sendEnqueue(List.of(job("c")))).head().exists()).isFalse();
        assertThat(await(jobs.sendEnqueue(List.of(job("d"), job("e")))).head().exists())
                .isFalse();
        assertThat(published()).isEqualTo(before);
    }

    @Test
    void whatOneRequestAnswersTwiceCountsOnce() {
        jobs.enqueue(job("a"), job("b"), job("c"));
        List<ClaimedJob> given = jobs.claim(3);
        ClaimedJob a = given.get(0);
        assertThat(jobs.ack(List.of(a, a, a))).containsOnly(true);
        assertThat(await(jobs.session.stats(jobs.partition)).inFlight()).isEqualTo(2);
        assertThat(await(jobs.session.stats(jobs.partition)).bodyBytes()).isEqualTo(200);
        List<Nack> dead = nacks(List.of(given.get(2), given.get(2)), Nack.Kind.DEAD_LETTER);
        assertThat(await(jobs.session.nack(jobs.partition, dead)).each()).containsOnly(true);
        assertThat(await(jobs.session.stats(jobs.partition)).inFlight()).isEqualTo(1);
        assertThat(await(jobs.session.purge(jobs.partition, List.of("c", "c"))).each())
                .containsExactly(true, false);
        List<Nack> twice = nacks(List.of(given.get(1), given.get(1)), Nack.Kind.GIVE_BACK);
        assertThat(await(jobs.session.nack(jobs.partition, twice)).each()).containsOnly(true);
        assertThat(await(jobs.session.stats(jobs.partition)).inFlight()).isZero();
        List<String> ids = List.of("b", "b");
        assertThat(await(jobs.session.cancel(jobs.partition, ids)).each()).containsOnly(ChangeOutcome.DONE);
        assertThat(await(jobs.session.stats(jobs.partition)).bodyBytes()).isZero();
    }

    @Test
    void whatIsOutOfRangeIsRefusedBeforeTheFirstJob() {
        for (Duration horizon :
                List.of(Duration.ofMillis(999), Duration.ofDays(1).plusMillis(1))) {
            assertThatThrownBy(() -> RedisJobStore.of(redis, "shop", horizon))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("retryHorizon must be in [1 s, 1 day]: retryHorizon=" + horizon);
        }
        assertThatThrownBy(() -> RedisJobStore.of(redis, "x".repeat(500)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("namespace must leave room");
        Partition longest = new Partition("/".repeat(Partition.GREATEST_BYTES), Partition.MOST - 1);
        assertThat(RedisJobStore.of(redis, "x".repeat(490)).issuer(longest)).endsWith("delay/" + longest);
    }

    @Test
    void everyRequestIsOneRoundTrip() throws Exception {
        jobs.enqueue(job("warm"));
        List<ClaimedJob> given = jobs.claim(1);
        jobs.ack(given);
        jobs.enqueue(jobs("first-", 2, Duration.ZERO));
        long before = evals();
        jobs.enqueue(job("a"));
        jobs.enqueue(jobs("b", 500, Duration.ZERO));
        List<ClaimedJob> claimed = jobs.claim(500);
        jobs.ack(claimed);
        assertThat(evals() - before).isEqualTo(4);
        assertThat(claimed).hasSize(500);
    }

    @Test
    void everyRequestTakesAGreatestBatch() {
        int most = JobStore.GREATEST_BATCH;
        assertThat(jobs.enqueue(jobs("a", most, Duration.ZERO))).hasSize(most).containsOnly(EnqueueOutcome.TAKEN);
        List<ClaimedJob> given = jobs.claim(most);
        assertThat(given).hasSize(most);
        assertThat(jobs.claimAgain(most)).isEqualTo(given);
        List<String> ids = given.stream().map(ClaimedJob::id).toList();
        assertThat(await(jobs.session.extend(jobs.partition, receipts(given), LONG))
                        .each())
                .hasSize(most)
                .containsOnly(true);
        assertThat(await(jobs.session.nack(jobs.partition, nacks(given, Nack.Kind.RETRY)))
                        .each())
                .hasSize(most)
                .containsOnly(true);
        List<Reschedule> now =
                ids.stream().map(id -> new Reschedule(id, new Due.In(0))).toList();
        assertThat(await(jobs.session.reschedule(jobs.partition, now)).each())
                .hasSize(most)
                .containsOnly(ChangeOutcome.DONE);
        List<ClaimedJob> again = jobs.claim(most);
        assertThat(await(jobs.session.nack(jobs.partition, nacks(again, Nack.Kind.DEAD_LETTER)))
                        .each())
                .hasSize(most)
                .containsOnly(true);
        assertThat(await(jobs.session.respawn(jobs.partition, ids)).each())
                .hasSize(most)
                .containsOnly(true);
        assertThat(await(jobs.session.find(jobs.partition, ids))).hasSize(most).allMatch(Optional::isPresent);
        assertThat(await(jobs.session.cancel(jobs.partition, ids)).each())
                .hasSize(most)
                .containsOnly(ChangeOutcome.DONE);
        assertThat(jobs.enqueue(jobs("b", most, Duration.ZERO))).containsOnly(EnqueueOutcome.TAKEN);
        List<ClaimedJob> dead = jobs.claim(most);
        await(jobs.session.nack(jobs.partition, nacks(dead, Nack.Kind.DEAD_LETTER)));
        List<String> letters = dead.stream().map(ClaimedJob::id).toList();
        assertThat(await(jobs.session.purge(jobs.partition, letters)).each())
                .hasSize(most)
                .containsOnly(true);
        assertThat(await(jobs.session.stats(jobs.partition)).bodyBytes()).isZero();
    }

    @Test
    void nothingIsLeftOfJobsThatAreGone() throws Exception {
        jobs.enqueue(jobs("a", 6, Duration.ZERO));
        List<ClaimedJob> given = jobs.claim(2);
        jobs.ack(given.subList(0, 1));
        await(jobs.session.nack(jobs.partition, nacks(given.subList(1, 2), Nack.Kind.DEAD_LETTER)));
        await(jobs.session.purge(jobs.partition, List.of(given.get(1).id())));
        List<ClaimedJob> more = jobs.claim(2);
        await(jobs.session.nack(jobs.partition, nacks(more, Nack.Kind.RETRY)));
        List<String> all = IntStream.range(0, 6).mapToObj(i -> "a" + i).toList();
        await(jobs.session.cancel(jobs.partition, all));
        for (String part : List.of("jobs", "states", "keys", "dead")) {
            assertThat(remembered(part)).as(part).isZero();
        }
        assertThat(server.ask("ZCARD", namespace + ":delay:{q:3}:times")).isEqualTo(1L);
    }

    @Test
    void aClaimEndsBeforeTheFirstJobThatIsTooLargeForIt() {
        int third = 3 << 20;
        List<NewJob> made = IntStream.range(0, 5)
                .mapToObj(i -> sized("job-" + i, i, i < 3 ? third : 1))
                .toList();
        made.forEach(jobs::enqueue);
        assertThat(jobs.claim(10).stream().map(ClaimedJob::id)).containsExactly("job-0", "job-1");
        assertThat(jobs.claim(10).stream().map(ClaimedJob::id)).containsExactly("job-2", "job-3", "job-4");
    }

    private static NewJob sized(String id, long due, int bytes) {
        NewJob made = job(id);
        JobBody body = JobBody.of(new byte[bytes]);
        return new NewJob(id, made.request(), body, new Due.At(due), made.terms(), made.dedup());
    }

    @Test
    void whatWasReplacedLeavesItsPlaceToTheRestOfTheBatch() {
        List<NewJob> made = List.of(keyed("a"), keyed("b"), job("c"), job("d"));
        var request = new EnqueueRequest(
                jobs.partition, made, new EnqueueRequest.Limits(2, Long.MAX_VALUE), Durability.APPLIED);
        assertThat(await(jobs.session.enqueue(request)).each())
                .containsExactly(
                        EnqueueOutcome.TAKEN, EnqueueOutcome.REPLACED, EnqueueOutcome.TAKEN, EnqueueOutcome.FULL);
    }

    private static NewJob keyed(String id) {
        NewJob made = job(id);
        Optional<Dedup> dedup = Optional.of(new Dedup("key", Dedup.Mode.REPLACE));
        return new NewJob(id, made.request(), made.body(), made.due(), made.terms(), dedup);
    }

    @Test
    void whatIsRememberedOfFinishedJobsAndOldClaimsIsForgotten() throws Exception {
        RedisJobs brief = new RedisJobs(redis, namespace, Duration.ofSeconds(1));
        for (int round = 0; round < 20; round++) {
            brief.enqueue(jobs("round-" + round + "-", 100, Duration.ZERO));
            List<ClaimedJob> given =
                    await(brief.sendClaim("c" + round, 1, 1000, LONG)).jobs();
            brief.ack(given);
        }
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(200)).until(() -> {
            brief.claim(1);
            brief.enqueue(job("x" + System.identityHashCode(new Object()), LONG));
            return remembered("done-a") + remembered("done-b") < 100
                    && remembered("claims-a") + remembered("claims-b") < 10;
        });
    }

    @Test
    void noRequestTakesLongerBehindABacklog() throws Exception {
        RedisJobs alone = new RedisJobs(redis, namespace + "-alone", LONG);
        var without = fastest(alone);
        for (int i = 0; i < 100; i++) {
            jobs.enqueue(jobs("backlog-" + i + "-", JobStore.GREATEST_BATCH, i % 2 == 0 ? Duration.ZERO : LONG));
        }
        var behind = fastest(jobs);
        assertThat(behind).hasSizeGreaterThanOrEqualTo(4);
        // A busy machine may hinder any of them, but not each of five; what depends on the backlog is a hundred times
        // slower.
        assertThat(behind)
                .allSatisfy((script, micros) ->
                        assertThat(micros).isLessThan(5_000 + 4 * without.getOrDefault(script, 0L)));
    }

    /** How long each script takes at least, in microseconds, that takes long at all. */
    private Map<String, Long> fastest(RedisJobs of) throws Exception {
        of.enqueue(jobs("first-", JobStore.GREATEST_BATCH, Duration.ZERO));
        server.ask("CONFIG", "SET", "slowlog-log-slower-than", "200");
        server.ask("SLOWLOG", "RESET");
        for (int round = 0; round < 5; round++) {
            of.enqueue(jobs("and-" + round + "-", JobStore.GREATEST_BATCH, Duration.ZERO));
            of.enqueue(jobs("more-" + round + "-", JobStore.GREATEST_BATCH, Duration.ZERO));
            List<ClaimedJob> given = of.claim(JobStore.GREATEST_BATCH);
            await(of.session.extend(of.partition, receipts(given), LONG));
            await(of.session.nack(of.partition, nacks(given, Nack.Kind.RETRY)));
            of.ack(of.claim(JobStore.GREATEST_BATCH));
            await(of.session.look(of.partition));
            await(of.session.stats(of.partition));
            await(of.session.peek(of.partition, 100));
            await(of.session.scan(of.partition, "", 100));
        }
        server.ask("CONFIG", "SET", "slowlog-log-slower-than", "10000");
        return RedisSlowLog.fastest(server);
    }
}
