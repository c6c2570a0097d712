package dev.pawl.lock.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pawl.lock.LockHandle;
import dev.pawl.lock.LockService;
import dev.pawl.lock.ReleaseResult;
import dev.pawl.redis.lettuce.LettuceRedis;
import dev.pawl.servers.RedisProcess;
import dev.pawl.servers.RedisServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A user of Redis without any right to channels. A server of its own, since commands are counted. */
@RedisServer(settings = {"acl-pubsub-default resetchannels", "acllog-max-len 64"})
final class RedisAclIT {

    private final RedisProcess server;
    private RedisClient client;
    private LettuceRedis redis;
    private LockService locks;
    private LockService others;

    RedisAclIT(RedisProcess server) {
        this.server = server;
    }

    @BeforeEach
    void connect() throws Exception {
        String namespace = server.newPrefix();
        server.ask("ACL", "SETUSER", namespace, "on", ">secret", "~" + namespace + ":*", "+@all", "resetchannels");
        RedisURI uri = RedisURI.builder()
                .withHost("127.0.0.1")
                .withPort(server.port())
                .withAuthentication(namespace, "secret".toCharArray())
                .build();
        client = RedisClient.create(uri);
        redis = LettuceRedis.of(client, uri, Patience.TIMEOUT);
        locks = LockService.of(RedisLockBackend.of(redis, namespace));
        others = LockService.of(RedisLockBackend.of(redis, namespace));
    }

    @AfterEach
    void close() {
        locks.close();
        others.close();
        redis.close();
        client.shutdown();
    }

    @Test
    void withoutRightsToChannelsALockIsHandedOnWithinAPollAndWaitingCostsFewRequests() throws Exception {
        LockHandle first = locks.lock("a").acquire();
        CompletableFuture<LockHandle> next = others.lock("a").acquireAsync();
        await().until(() -> locks.admin().describe(locks.lock("a")).waiting() == 1);
        long before = evals();
        await().during(Duration.ofSeconds(4)).atMost(Duration.ofSeconds(6)).until(() -> !next.isDone());
        assertThat(evals() - before).as("requests in 4 s").isBetween(1L, 12L);

        assertThat(first.release()).isEqualTo(ReleaseResult.RELEASED);
        await().atMost(Duration.ofSeconds(2)).until(next::isDone);
        LockHandle second = next.get();
        assertThat(second.token().value()).isGreaterThan(first.token().value());
        assertThat(second.verify()).isTrue();
        assertThat(second.release()).isEqualTo(ReleaseResult.RELEASED);
    }

    @Test
    void withoutRightsToChannelsAWriterAndAReaderAreHandedOnToo() throws Exception {
        LockHandle writer = locks.readWriteLock("b").writeLock().acquire();
        CompletableFuture<LockHandle> reader =
                others.readWriteLock("b").readLock().acquireAsync();
        await().pollDelay(Duration.ofMillis(500)).until(() -> !reader.isDone());
        assertThat(writer.release()).isEqualTo(ReleaseResult.RELEASED);
        await().atMost(Duration.ofSeconds(2)).until(reader::isDone);
        assertThat(reader.get().release()).isEqualTo(ReleaseResult.RELEASED);
    }

    private long evals() throws IOException {
        Matcher calls = Pattern.compile("cmdstat_evalsha:calls=(\\d+)")
                .matcher(String.valueOf(server.ask("INFO", "commandstats")));
        return calls.find() ? Long.parseLong(calls.group(1)) : 0;
    }
}
