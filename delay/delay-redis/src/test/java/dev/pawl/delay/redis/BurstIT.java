package dev.pawl.delay.redis;

import static dev.pawl.delay.redis.RedisJobs.LONG;
import static dev.pawl.delay.redis.RedisJobs.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.delay.spi.ClaimAnswer.ClaimedJob;
import dev.pawl.delay.spi.Due;
import dev.pawl.delay.spi.JobStore;
import dev.pawl.delay.spi.NewJob;
import dev.pawl.delay.spi.PartitionStats;
import dev.pawl.redis.lettuce.LettuceRedis;
import dev.pawl.servers.RedisProcess;
import dev.pawl.servers.RedisServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A million jobs that are due in the same millisecond. */
@RedisServer(settings = {"slowlog-max-len 4096", "slowlog-log-slower-than 2000"})
@Tag("slow")
@Tag("long")
final class BurstIT {

    private static final int COUNT = 1_000_000;

    @Test
    void aMillionJobsOfOneMillisecondComeOnceEachAndInBoundedSteps(RedisProcess server) throws Exception {
        RedisURI uri = RedisURI.create(server.uri());
        RedisClient client = RedisClient.create(uri);
        try (LettuceRedis redis = LettuceRedis.of(client, uri, Duration.ofSeconds(30))) {
            RedisJobs jobs = new RedisJobs(redis, server.newPrefix(), Duration.ofSeconds(5));
            for (int i = 0; i < COUNT; i += JobStore.GREATEST_BATCH) {
                jobs.enqueue(RedisJobs.jobs(i + "-", JobStore.GREATEST_BATCH, Duration.ZERO).stream()
                        .map(BurstIT::sameMoment)
                        .toList());
            }
            assertThat(await(jobs.session.stats(jobs.partition)).due()).isEqualTo(COUNT);
            BitSet seen = drain(jobs);
            assertThat(seen.cardinality()).isEqualTo(COUNT);
            assertThat(await(jobs.session.stats(jobs.partition))).isEqualTo(new PartitionStats(0, 0, 0, 0, 0, false));
            assertThat(RedisSlowLog.fastest(server))
                    .allSatisfy((script, micros) -> assertThat(micros).isLessThan(10_000));
        } finally {
            client.shutdown();
        }
    }

    private static BitSet drain(RedisJobs jobs) {
        BitSet seen = new BitSet();
        for (List<ClaimedJob> given = jobs.claim(JobStore.GREATEST_BATCH, LONG);
                !given.isEmpty();
                given = jobs.claim(JobStore.GREATEST_BATCH, LONG)) {
            for (ClaimedJob job : given) {
                String[] parts = job.id().split("-");
                int number = Integer.parseInt(parts[0]) + Integer.parseInt(parts[1]);
                assertThat(seen.get(number)).isFalse();
                seen.set(number);
            }
            assertThat(jobs.ack(given)).doesNotContain(false);
        }
        return seen;
    }

    private static NewJob sameMoment(NewJob job) {
        return new NewJob(job.id(), job.request(), job.body(), new Due.At(1_000), job.terms(), job.dedup());
    }
}
