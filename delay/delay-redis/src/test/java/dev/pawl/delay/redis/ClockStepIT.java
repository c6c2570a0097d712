package dev.pawl.delay.redis;

import static dev.pawl.delay.redis.RedisJobs.LONG;
import static dev.pawl.delay.redis.RedisJobs.await;
import static dev.pawl.delay.redis.RedisJobs.job;
import static dev.pawl.delay.redis.RedisJobs.jobs;
import static dev.pawl.delay.redis.RedisJobs.receipts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pawl.delay.spi.ClaimAnswer.ClaimedJob;
import dev.pawl.delay.spi.EnqueueOutcome;
import dev.pawl.delay.spi.JobView;
import dev.pawl.delay.spi.NewJob;
import dev.pawl.redis.lettuce.LettuceRedis;
import dev.pawl.servers.RedisProcess;
import dev.pawl.servers.ServerClock;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What steps of the server's clock do, and what they do not. */
@Tag("slow")
@Execution(ExecutionMode.SAME_THREAD)
final class ClockStepIT {

    private static final Duration STEP = Duration.ofMinutes(10);
    private static final Duration VISIBILITY = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    private ServerClock clock;
    private RedisProcess server;
    private RedisClient client;
    private LettuceRedis redis;
    private RedisJobs jobs;

    @BeforeEach
    void start() throws Exception {
        clock = ServerClock.in(folder);
        server = RedisProcess.create(clock.environment());
        RedisURI uri = RedisURI.create(server.uri());
        client = RedisClient.create(uri);
        redis = LettuceRedis.of(client, uri, Duration.ofSeconds(10));
        jobs = new RedisJobs(redis, "clock", Duration.ofSeconds(1));
    }

    @AfterEach
    void close() {
        jobs.session.close();
        redis.close();
        client.shutdown();
        server.close();
    }

    @Test
    void aStepBackDelaysWhatIsPendingAndNothingElse() throws Exception {
        jobs.enqueue(job("old", Duration.ofSeconds(1)), job("first"));
        ClaimedJob first = jobs.claim(1).get(0);
        assertThat(await(jobs.session.look(jobs.partition)).clockBehind()).isLessThan(Duration.ofSeconds(1));
        clock.move(STEP.negated());
        jobs.enqueue(job("new", Duration.ofMillis(100)));
        List<ClaimedJob> given = awaitJob();
        assertThat(given.get(0).id()).isEqualTo("new");
        assertThat(given.get(0).token()).isGreaterThan(first.token());
        assertThat(await(jobs.session.look(jobs.partition)).clockBehind()).isBetween(STEP.minusMinutes(1), STEP);
        assertThat(jobs.ack(List.of(first))).containsExactly(true);
        assertThat(view("old").visibleIn()).isBetween(STEP.minusMinutes(1), STEP.plusSeconds(1));
    }

    @Test
    void afterAStepBackLeasesAreNotLongerThanTheLongestThatWasAskedFor() throws Exception {
        jobs.enqueue(jobs("a", 500, Duration.ZERO));
        List<ClaimedJob> given = jobs.claim(1000, VISIBILITY);
        assertThat(given).hasSize(500);
        jobs.enqueue(job("waiting", LONG));
        clock.move(STEP.negated());
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            jobs.claim(1, VISIBILITY);
            return await(jobs.session.find(
                            jobs.partition, given.stream().map(ClaimedJob::id).toList()))
                    .stream()
                    .allMatch(view -> view.orElseThrow().visibleIn().compareTo(VISIBILITY) <= 0);
        });
        assertThat(view("waiting").visibleIn()).isGreaterThan(STEP);
        assertThat(await(jobs.session.extend(jobs.partition, receipts(given), VISIBILITY))
                        .each())
                .containsOnly(true);
    }

    @Test
    void afterAStepBackAnExtendedLeaseLastsAsLongAsItWasExtended() throws Exception {
        Duration extended = Duration.ofMinutes(5);
        jobs.enqueue(job("a"));
        List<ClaimedJob> given = jobs.claim(1, VISIBILITY);
        await(jobs.session.extend(jobs.partition, receipts(given), extended));
        clock.move(STEP.negated());
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            jobs.claim(1, VISIBILITY);
            return view("a").visibleIn().compareTo(extended) <= 0;
        });
        jobs.claim(1, VISIBILITY);
        assertThat(view("a").visibleIn()).isBetween(extended.minusMinutes(2), extended);
    }

    @Test
    void afterAStepBackWhatIsFinishedIsStillForgotten() throws Exception {
        jobs.enqueue(jobs("a", 500, Duration.ZERO));
        jobs.ack(jobs.claim(1000));
        clock.move(STEP.negated());
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            jobs.enqueue(job("x" + System.identityHashCode(new Object()), LONG));
            long marks = (Long) server.ask("HLEN", "clock:delay:{q:3}:done-a")
                    + (Long) server.ask("HLEN", "clock:delay:{q:3}:done-b");
            return marks == 2;
        });
    }

    @Test
    void whatIsFinishedOrWasClaimedIsRememberedForTheWholeHorizon() throws Exception {
        jobs = new RedisJobs(redis, "horizon", STEP);
        NewJob made = job("a");
        jobs.enqueue(job("b"));
        moveTo(9);
        jobs.enqueue(made);
        List<ClaimedJob> given = await(jobs.sendClaim("c", 7, 10, LONG)).jobs();
        assertThat(given).hasSize(2);
        assertThat(jobs.ack(given.subList(1, 2))).containsExactly(true);
        for (int minutes : List.of(11, 14, 18)) {
            moveTo(minutes);
            jobs.enqueue(job("later-" + minutes, LONG.multipliedBy(10)));
            jobs.enqueue(job("due-" + minutes));
            assertThat(await(jobs.sendClaim("c", 6, 10, LONG)).jobs()).isEmpty();
            assertThat(await(jobs.sendClaim("other", minutes, 10, LONG)).jobs()).hasSize(1);
            assertThat(jobs.enqueue(made)).containsExactly(EnqueueOutcome.TAKEN);
            assertThat(await(jobs.session.find(jobs.partition, List.of("a")))).containsExactly(Optional.empty());
            assertThat(jobs.ack(given.subList(1, 2))).containsExactly(true);
        }
        for (int minutes : List.of(25, 36, 47)) {
            moveTo(minutes);
            jobs.enqueue(job("later-" + minutes, LONG.multipliedBy(10)));
        }
        assertThat(jobs.enqueue(made)).containsExactly(EnqueueOutcome.TAKEN);
        assertThat(await(jobs.session.find(jobs.partition, List.of("a"))).get(0))
                .isPresent();
    }

    private void moveTo(int minutes) throws Exception {
        clock.move(Duration.ofMinutes(minutes));
    }

    @Test
    void aStepForwardMakesDueWhatItPasses() throws Exception {
        jobs.enqueue(job("a", Duration.ofMinutes(5)), job("b", Duration.ofMinutes(30)));
        assertThat(jobs.claim(10)).isEmpty();
        clock.move(STEP);
        assertThat(jobs.claim(10).stream().map(ClaimedJob::id)).containsExactly("a");
        clock.move(Duration.ZERO);
        assertThat(jobs.claim(10)).isEmpty();
        assertThat(view("b").visibleIn()).isBetween(Duration.ofMinutes(29), Duration.ofMinutes(30));
    }

    private JobView view(String id) {
        return await(jobs.session.find(jobs.partition, List.of(id))).get(0).orElseThrow();
    }

    private List<ClaimedJob> awaitJob() {
        List<ClaimedJob> given = new ArrayList<>();
        await().atMost(Duration.ofSeconds(60)).until(() -> given.addAll(jobs.claim(1)));
        return given;
    }
}
