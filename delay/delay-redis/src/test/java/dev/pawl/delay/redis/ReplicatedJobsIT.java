package dev.pawl.delay.redis;

import static dev.pawl.delay.redis.RedisJobs.LONG;
import static dev.pawl.delay.redis.RedisJobs.await;
import static dev.pawl.delay.redis.RedisJobs.failure;
import static dev.pawl.delay.redis.RedisJobs.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.common.BackendException.Outcome;
import dev.pawl.delay.spi.Answers;
import dev.pawl.delay.spi.Durability;
import dev.pawl.delay.spi.EnqueueOutcome;
import dev.pawl.delay.spi.EnqueueRequest;
import dev.pawl.delay.spi.NewJob;
import dev.pawl.redis.lettuce.LettuceRedis;
import dev.pawl.servers.Commands;
import dev.pawl.servers.RedisProcess;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What a replica has confirmed, and what it has not. */
@Tag("slow")
@Execution(ExecutionMode.SAME_THREAD)
final class ReplicatedJobsIT {

    private RedisProcess primary;
    private RedisProcess replica;
    private RedisClient client;
    private LettuceRedis redis;
    private RedisJobs jobs;

    @BeforeEach
    void start() throws Exception {
        primary = RedisProcess.create();
        replica = RedisProcess.create("replicaof 127.0.0.1 " + primary.port());
        Commands.waitUntil(
                Duration.ofSeconds(30),
                () -> String.valueOf(primary.ask("INFO", "replication")).contains("state=online"));
        RedisURI uri = RedisURI.create(primary.uri());
        client = RedisClient.create(uri);
        redis = LettuceRedis.of(client, uri, Duration.ofSeconds(10));
        jobs = new RedisJobs(redis, "replicated", LONG);
    }

    @AfterEach
    void close() throws Exception {
        jobs.session.close();
        redis.close();
        client.shutdown();
        replica.close();
        primary.close();
    }

    @Test
    void whatIsAnsweredIsAtTheReplica() throws Exception {
        for (int i = 0; i < 3; i++) {
            assertThat(await(replicated(job("job-" + i))).each()).containsExactly(EnqueueOutcome.TAKEN);
            assertThat(replica.ask("HEXISTS", "replicated:delay:{q:3}:jobs", "job-" + i))
                    .isEqualTo(1L);
        }
        assertThat(await(replicated(job("later", LONG))).head().isDue()).isTrue();
    }

    @Test
    void whatNoReplicaHasConfirmedIsUnknown() throws Exception {
        NewJob made = job("a");
        replica.pause();
        CompletionStage<Answers<EnqueueOutcome>> waiting = replicated(made);
        assertThat(failure(waiting).outcome()).isEqualTo(Outcome.UNKNOWN);
        replica.resume();
        Commands.waitUntil(Duration.ofSeconds(60), () -> {
            try {
                return await(replicated(made)).each().equals(List.of(EnqueueOutcome.TAKEN));
            } catch (java.util.concurrent.CompletionException e) {
                return false;
            }
        });
        assertThat(jobs.claim(10)).hasSize(1);
    }

    @Test
    void withoutAReplicaNothingIsReplicated() throws Exception {
        replica.kill();
        assertThat(failure(replicated(job("a"))).outcome()).isEqualTo(Outcome.UNKNOWN);
    }

    private CompletionStage<Answers<EnqueueOutcome>> replicated(NewJob job) {
        return jobs.session.enqueue(new EnqueueRequest(
                jobs.partition,
                List.of(job),
                new EnqueueRequest.Limits(Long.MAX_VALUE, Long.MAX_VALUE),
                Durability.REPLICATED));
    }
}
