package dev.pawl.redis.lettuce;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.common.BackendException.Outcome;
import dev.pawl.redis.Redis;
import dev.pawl.redis.RedisContract;
import dev.pawl.servers.Commands;
import dev.pawl.servers.RedisProcess;
import dev.pawl.servers.RedisSentinel;
import dev.pawl.servers.RedisSentinels;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@RedisSentinel
@Tag("slow")
final class LettuceSentinelIT extends RedisContract {

    private static final RedisClient CLIENT = RedisClient.create();

    private final RedisSentinels servers;

    LettuceSentinelIT(RedisSentinels servers) {
        this.servers = servers;
    }

    @AfterAll
    static void end() {
        CLIENT.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }

    @Override
    protected Redis open(Duration timeout) {
        RedisURI.Builder uri = RedisURI.builder().withSentinelMasterId(RedisSentinels.MASTER);
        servers.sentinelPorts().forEach(port -> uri.withSentinel("127.0.0.1", port));
        return LettuceRedis.of(CLIENT, uri.build(), timeout);
    }

    @Override
    protected List<RedisProcess> masters() throws IOException {
        return List.of(servers.master());
    }

    @Override
    protected RedisProcess masterOf(String key) throws IOException {
        return servers.master();
    }

    @Override
    protected void repair() throws Exception {
        servers.ensureRunning();
    }

    @Override
    protected void awaitReplicas() throws Exception {
        long written = offset("master_repl_offset:(\\d+)");
        Commands.waitUntil(Duration.ofSeconds(10), () -> offset("slave0:.*offset=(\\d+)") >= written);
    }

    private long offset(String pattern) throws IOException {
        Matcher offset =
                Pattern.compile(pattern).matcher(String.valueOf(servers.master().ask("INFO", "replication")));
        return offset.find() ? Long.parseLong(offset.group(1)) : -1;
    }

    @Test
    void aFailOverIsFollowed() throws Exception {
        String key = keys.key("x", "a");
        String channel = keys.key("x", "channel");
        Heard heard = new Heard();
        increment(key);
        get(redis.subscribe(channel, heard));
        RedisProcess before = servers.master();
        servers.failOver();
        assertThat(servers.master()).isNotSameAs(before);
        awaitIncrement(key);
        heard.awaitResubscribed();
        publish(channel, "a");
        heard.await("a");
    }

    @Test
    void aMasterThatIsGoneWithoutAWordIsReplaced() throws Exception {
        String key = keys.key("x", "a");
        String channel = keys.key("x", "channel");
        Heard heard = new Heard();
        increment(key);
        get(redis.subscribe(channel, heard));
        RedisProcess before = servers.master();
        before.pause(); // its connections stay open
        servers.awaitOtherMasterThan(before);
        awaitIncrement(key);
        assertThat(servers.master().ask("EXISTS", key)).isEqualTo(1L);
        heard.awaitResubscribed();
        publish(channel, "a");
        heard.await("a");
    }

    @Test
    void aMasterThatHasBecomeAReplicaIsLeft() throws Exception {
        String key = keys.key("x", "a");
        increment(key);
        RedisProcess before = servers.master();
        servers.replica().ask("REPLICAOF", "NO", "ONE");
        before.ask(
                "REPLICAOF",
                "127.0.0.1",
                Integer.toString(servers.replica().port())); // without the CLIENT KILL of Sentinel
        assertThat(failure(redis.eval(INCREMENT, List.of(key), List.of())).outcome())
                .isEqualTo(Outcome.NOT_APPLIED);
        awaitIncrement(key);
    }

    private void awaitIncrement(String key) throws Exception {
        Commands.waitUntil(
                Duration.ofSeconds(30), () -> failureOrNull(redis.eval(INCREMENT, List.of(key), List.of())) == null);
    }
}
