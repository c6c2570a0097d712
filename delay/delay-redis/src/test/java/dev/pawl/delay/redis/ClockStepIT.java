package dev.pawl.delay.redis;

import static dev.pawl.delay.redis.RedisJobs.LONG;
import static dev.pawl.delay.redis.RedisJobs.await;
import static dev.pawl.delay.redis.RedisJobs.job;
import static dev.pawl.delay.redis.RedisJobs.jobs;
import static dev.pawl.delay.redis.RedisJobs.receipts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pawl.delay.spi.ClaimAnswer.ClaimedJob;
import dev.pawl.delay.spi.JobView;
import dev.pawl.redis.lettuce.LettuceRedis;
import dev.pawl.servers.RedisProcess;
import dev.pawl.servers.ServerClock;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
