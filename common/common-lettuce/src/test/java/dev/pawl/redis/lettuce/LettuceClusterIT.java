package dev.pawl.redis.lettuce;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.redis.ClusterRedisContract;
import dev.pawl.redis.Redis;
import dev.pawl.redis.RedisCall;
import dev.pawl.redis.RedisReply;
import dev.pawl.servers.RedisCluster;
import dev.pawl.servers.RedisClusterNodes;
import dev.pawl.servers.RedisProcess;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.RedisClusterClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@RedisCluster
@Tag("slow")
final class LettuceClusterIT extends ClusterRedisContract {

    private static RedisClusterClient client;

    LettuceClusterIT(RedisClusterNodes cluster) {
        super(cluster);
    }

    @AfterAll
    static void end() {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }

    @Override
    protected Redis open(Duration timeout) {
        List<RedisURI> uris = cluster.masters().stream()
                .map(node -> RedisURI.create("127.0.0.1", node.port()))
                .toList();
        if (client == null) {
            client = RedisClusterClient.create(uris);
        }
        return LettuceRedis.cluster(client, uris, timeout);
    }

    @Test
    void aScriptIsChosenAtOnceSinceItsKeyNamesItsNode() throws Exception {
        AtomicInteger choices = new AtomicInteger();
        for (int n = 1; n <= 20; n++) {
            String key = keys.key("x", "late " + n);
            CompletionStage<RedisReply> reply = redis.evalLate(() -> {
                choices.incrementAndGet();
                return new RedisCall(INCREMENT, List.of(key), List.of());
            });
            assertThat(choices).hasValue(n);
            assertThat(get(reply).integer(0)).isEqualTo(1);
        }
    }

    @Test
    void aSubscriptionMovesToANodeThatIsAlive() throws Exception {
        for (RedisProcess killed : cluster.masters()) {
            Heard heard = new Heard();
            String channel = keys.key("x", "channel " + killed.port());
            get(redis.subscribe(channel, heard));
            boolean there = !List.of(channel, 0L).equals(killed.ask("PUBSUB", "NUMSUB", channel));
            killed.kill();
            if (there) {
                heard.awaitResubscribed();
            }
            RedisProcess alive = cluster.masters().stream()
                    .filter(m -> m != killed)
                    .findFirst()
                    .orElseThrow();
            alive.ask("PUBLISH", channel, "a");
            heard.await("a");
            repair();
        }
    }
}
