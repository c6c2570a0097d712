package dev.pawl.delay.redis;

import static dev.pawl.delay.redis.RedisJobs.LONG;
import static dev.pawl.delay.redis.RedisJobs.await;
import static dev.pawl.delay.redis.RedisJobs.job;
import static dev.pawl.delay.redis.RedisJobs.receipts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.delay.spi.Answers;
import dev.pawl.delay.spi.ClaimAnswer.ClaimedJob;
import dev.pawl.delay.spi.Dedup;
import dev.pawl.delay.spi.EnqueueOutcome;
import dev.pawl.delay.spi.Nack;
import dev.pawl.delay.spi.NewJob;
import dev.pawl.delay.spi.Presence;
import dev.pawl.redis.lettuce.LettuceRedis;
import dev.pawl.servers.RedisCluster;
import dev.pawl.servers.RedisClusterNodes;
import dev.pawl.servers.RedisProcess;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.RedisClusterClient;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What a slot that moves does to the partition in it. */
@RedisCluster
@Tag("slow")
@Execution(ExecutionMode.SAME_THREAD)
final class ClusterTrapsIT {

    private final RedisClusterNodes cluster;
    private RedisClusterClient client;
    private LettuceRedis redis;
    private RedisJobs jobs;
    private int slot;
    private RedisProcess from;
    private RedisProcess to;

    ClusterTrapsIT(RedisClusterNodes cluster) {
        this.cluster = cluster;
    }

    @BeforeEach
    void connect() throws Exception {
        List<RedisURI> uris = cluster.masters().stream()
                .map(node -> RedisURI.create("127.0.0.1", node.port()))
                .toList();
        client = RedisClusterClient.create(uris);
        redis = LettuceRedis.cluster(client, uris);
        String namespace = cluster.masters().get(0).newPrefix();
        jobs = new RedisJobs(redis, namespace, LONG);
        String key = namespace + ":delay:{q:3}:jobs";
        slot = cluster.slot(key);
        from = cluster.masterOf(key);
        to = cluster.masters().stream().filter(node -> node != from).findFirst().orElseThrow();
    }

    @AfterEach
    void close() {
        jobs.session.close();
        redis.close();
        client.shutdown();
    }

    @Test
    void aSlotThatIsAboutToMoveRefusesNothingSinceEveryKeyExists() throws Exception {
        jobs.enqueue(job("a"));
        jobs.ack(jobs.claim(1));
        cluster.beginMove(slot, from, to);
        try {
            goThroughEverything();
            assertThat(String.valueOf(from.ask("INFO", "errorstats"))).doesNotContain("TRYAGAIN");
        } finally {
            cluster.moveKeys(slot, from, to);
            cluster.endMove(slot, to);
        }
        assertThat(jobs.enqueue(job("after"))).containsExactly(EnqueueOutcome.TAKEN);
    }

    @Test
    void aRequestWaitsForASlotOfWhichHalfHasMoved() throws Exception {
        jobs.enqueue(job("a"), job("b"));
        cluster.beginMove(slot, from, to);
        List<?> keys = (List<?>) from.ask("CLUSTER", "GETKEYSINSLOT", Integer.toString(slot), "5");
        for (Object key : keys) {
            from.ask("MIGRATE", "127.0.0.1", Integer.toString(to.port()), (String) key, "0", "5000");
        }
        CompletionStage<Answers<EnqueueOutcome>> waiting = jobs.sendEnqueue(List.of(job("c")));
        try {
            dev.pawl.servers.Commands.waitUntil(
                    java.time.Duration.ofSeconds(30),
                    () -> String.valueOf(from.ask("INFO", "errorstats")).contains("TRYAGAIN")
                            || String.valueOf(to.ask("INFO", "errorstats")).contains("TRYAGAIN"));
            assertThat(waiting.toCompletableFuture()).isNotDone();
        } finally {
            cluster.moveKeys(slot, from, to);
            cluster.endMove(slot, to);
        }
        assertThat(await(waiting).each()).containsExactly(EnqueueOutcome.TAKEN);
        List<ClaimedJob> given = jobs.claim(10);
        assertThat(given.stream().map(ClaimedJob::id)).containsExactlyInAnyOrder("a", "b", "c");
        assertThat(jobs.ack(given)).containsOnly(true);
    }

    private void goThroughEverything() {
        NewJob keyed = job("keyed");
        NewJob withKey = new NewJob(
                keyed.id(),
                keyed.request(),
                keyed.body(),
                keyed.due(),
                keyed.terms(),
                Optional.of(new Dedup("key", Dedup.Mode.REPLACE)));
        assertThat(jobs.enqueue(job("b"), withKey)).containsOnly(EnqueueOutcome.TAKEN);
        List<ClaimedJob> given = jobs.claim(10);
        assertThat(given).hasSize(2);
        await(jobs.session.extend(jobs.partition, receipts(given), LONG));
        await(jobs.session.nack(
                jobs.partition, List.of(new Nack(given.get(0).receipt(), Nack.Kind.DEAD_LETTER, LONG, "no"))));
        await(jobs.session.respawn(jobs.partition, List.of(given.get(0).id())));
        await(jobs.session.cancel(jobs.partition, List.of(given.get(0).id())));
        await(jobs.session.announce(jobs.partition, new Presence("c", true, LONG)));
        await(jobs.session.find(jobs.partition, List.of("b")));
        await(jobs.session.deadLetters(jobs.partition, "", 10));
        assertThat(jobs.ack(given.subList(1, 2))).containsExactly(true);
        assertThat(await(jobs.session.stats(jobs.partition)).waiting()).isZero();
    }
}
