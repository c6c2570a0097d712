package dev.pawl.lock.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.lock.DistributedLock;
import dev.pawl.lock.LockHandle;
import dev.pawl.lock.LockService;
import dev.pawl.lock.ReleaseResult;
import dev.pawl.redis.lettuce.LettuceRedis;
import dev.pawl.servers.RedisProcess;
import dev.pawl.servers.RedisServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Counts on the server what a lock costs, and what it leaves. */
@RedisServer(settings = "acllog-max-len 65") // its own, since commands are counted
final class RedisRoundTripsIT {

    private final RedisProcess server;
    private RedisClient client;
    private LettuceRedis redis;
    private LockService locks;
    private LockService others;
    private String namespace;

    RedisRoundTripsIT(RedisProcess server) {
        this.server = server;
    }

    @BeforeEach
    void connect() {
        namespace = server.newPrefix();
        RedisURI uri = RedisURI.create(server.uri());
        client = RedisClient.create(uri);
        redis = LettuceRedis.of(client, uri, Patience.TIMEOUT);
        RedisLockBackend backend = RedisLockBackend.of(redis, namespace);
        locks = LockService.of(backend);
        others = LockService.of(backend);
    }

    @AfterEach
    void close() {
        locks.close();
        others.close();
        redis.close();
        client.shutdown();
    }

    @Test
    void anUncontendedAcquireAndItsReleaseAreOneCommandEach() throws Exception {
        DistributedLock lock = locks.lock("a");
        lock.acquire().release();
        long before = calls("evalsha");
        long commands = field("total_commands_processed");
        for (int i = 0; i < 100; i++) {
            assertThat(lock.acquire().release()).isEqualTo(ReleaseResult.RELEASED);
        }
        assertThat(calls("evalsha") - before).isEqualTo(200);
        assertThat(field("total_net_input_bytes")).isPositive();
        // What the scripts call counts as well: GET, TIME, SET each. The last INFO and the one before count too.
        assertThat(field("total_commands_processed") - commands).isLessThanOrEqualTo(200 * 4 + 4);
    }

    @Test
    void aReleaseGrantsToTheNextClientAndTellsItByOneMessage() throws Exception {
        LockHandle first = locks.lock("a").acquire();
        CompletableFuture<LockHandle> next = others.lock("a").acquireAsync();
        org.awaitility.Awaitility.await().until(() -> field("pubsub_channels") >= 1);
        long asked = calls("evalsha");
        long published = calls("publish");
        first.release();
        LockHandle second = next.get();
        assertThat(second.token().value()).isGreaterThan(first.token().value());
        assertThat(second.remaining()).isGreaterThan(Duration.ofSeconds(20));
        assertThat(calls("publish") - published).isEqualTo(1);
        assertThat(calls("evalsha") - asked).isLessThanOrEqualTo(2);
        second.release();
    }

    private long calls(String command) throws IOException {
        Matcher calls = Pattern.compile("cmdstat_" + command + ":calls=(\\d+)").matcher(info());
        return calls.find() ? Long.parseLong(calls.group(1)) : 0;
    }

    private long field(String name) throws IOException {
        Matcher value = Pattern.compile("(?m)^" + name + ":(\\d+)").matcher(info());
        assertThat(value.find()).as(name).isTrue();
        return Long.parseLong(value.group(1));
    }

    private String info() throws IOException {
        Object reply = server.ask("INFO", "everything");
        return reply instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : String.valueOf(reply);
    }
}
