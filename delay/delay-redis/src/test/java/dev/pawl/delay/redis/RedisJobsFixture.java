package dev.pawl.delay.redis;

import static dev.pawl.delay.redis.RedisJobs.LONG;
import static dev.pawl.delay.redis.RedisJobs.jobs;

import dev.pawl.delay.spi.ClaimAnswer.ClaimedJob;
import dev.pawl.delay.spi.Nack;
import dev.pawl.redis.lettuce.LettuceRedis;
import dev.pawl.servers.CuttingProxy;
import dev.pawl.servers.RedisProcess;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** One server of one's own, a proxy before it, and one client. */
abstract class RedisJobsFixture {

    static final Duration PATIENCE = Duration.ofSeconds(30);

    final RedisProcess server;

    CuttingProxy proxy;
    RedisClient client;
    LettuceRedis redis;
    String namespace;
    RedisJobs jobs;

    @BeforeEach
    void connect() throws Exception {
        namespace = server.newPrefix();
        proxy = CuttingProxy.to("127.0.0.1", server.port());
        RedisURI uri = RedisURI.create("127.0.0.1", proxy.port());
        client = RedisClient.create(uri);
        redis = LettuceRedis.of(client, uri, Duration.ofSeconds(10));
        jobs = new RedisJobs(redis, namespace, LONG);
    }

    @AfterEach
    void close() throws IOException {
        jobs.session.close();
        redis.close();
        client.shutdown();
        proxy.close();
    }

    static List<Nack> nacks(List<ClaimedJob> given, Nack.Kind kind) {
        return given.stream()
                .map(claimed -> new Nack(claimed.receipt(), kind, LONG, "no"))
                .toList();
    }

    long remembered(String part) throws IOException {
        return (Long) server.ask("HLEN", namespace + ":delay:{q:3}:" + part) - 1;
    }

    List<String> keys() throws IOException {
        return ((List<?>) server.ask("KEYS", namespace + ":*"))
                .stream().map(String::valueOf).toList();
    }

    long published() throws IOException {
        return calls("publish");
    }

    long evals() throws IOException {
        return calls("evalsha");
    }

    long calls(String command) throws IOException {
        Matcher calls = Pattern.compile("cmdstat_" + command + ":calls=(\\d+)")
                .matcher(String.valueOf(server.ask("INFO", "commandstats")));
        return calls.find() ? Long.parseLong(calls.group(1)) : 0;
    }

    RedisJobsFixture(RedisProcess server) {
        this.server = server;
    }
}
