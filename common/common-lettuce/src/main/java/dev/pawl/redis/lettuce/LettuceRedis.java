package dev.pawl.redis.lettuce;

import dev.pawl.common.BackendException;
import dev.pawl.redis.Redis;
import dev.pawl.redis.RedisCall;
import dev.pawl.redis.RedisFailures;
import dev.pawl.redis.RedisKeys;
import dev.pawl.redis.RedisListener;
import dev.pawl.redis.RedisReply;
import dev.pawl.redis.RedisScript;
import dev.pawl.redis.Subscription;
import dev.pawl.redis.Timeouts;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The port to Redis on Lettuce. It takes over the threads, timer and options of the application's client, but for three: a command
 * is not repeated after the connection was lost, is refused at once while there is none, and has the timeout given here.
 * For this it opens connections of its own: one for scripts (in a Cluster one for each node) and, with the first
 * subscription, one for messages. A connection on which a request stays without any reply for the timeout is given up
 * and made anew, through Sentinel where the address names one; so is one to a server that has become a replica. A warning names
 * each other host of the address that is reached without TLS.
 *
 * <p>Thread-safe. Stages complete, and listeners are called, on Lettuce's event loop; a timeout completes its stage on Lettuce's
 * timer, which is up to 0.2 s late. Only the factories and {@link #close()} block.
 */
public final class LettuceRedis implements Redis {

    /** How long a reply is waited for by default. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(1);

    private static final int KEYS_A_TRIP = 1000;

    private final Link link;
    private final LettuceChannels channels;
    private final Duration timeout;
    private final Timeouts timeouts;
    private volatile boolean closed;

    private LettuceRedis(Link link, Duration timeout) {
        this.link = link;
        this.timeout = timeout;
        this.timeouts = new Timeouts(
                timeout,
                (task, delay) -> link.resources()
                        .timer()
                        .newTimeout(timer -> task.run(), delay.toNanos(), TimeUnit.NANOSECONDS));
        this.channels = new LettuceChannels(link, timeout);
    }

    /**
     * Connects to one Redis, or to the master that Sentinels know, with {@link #DEFAULT_TIMEOUT}.
     *
     * @param client the application's client; it stays the application's
     * @param uri where Redis is; a URI with a Sentinel's master id stands for that master
     * @return the port; close it before the client
     * @throws BackendException if there is no connection, of outcome {@code NOT_APPLIED}
     */
    public static LettuceRedis of(RedisClient client, RedisURI uri) {
        return of(client, uri, DEFAULT_TIMEOUT);
    }

    /**
     * Connects to one Redis, or to the master that Sentinels know.
     *
     * @param client the application's client; it stays the application's
     * @param uri where Redis is; a URI with a Sentinel's master id stands for that master
     * @param timeout how long a reply is waited for, from 1 ms to 1 h
     * @return the port; close it before the client
     * @throws IllegalArgumentException if the timeout is out of bounds
     * @throws BackendException if there is no connection, of outcome {@code NOT_APPLIED}
     */
    public static LettuceRedis of(RedisClient client, RedisURI uri, Duration timeout) {
        Objects.requireNonNull(uri, "uri");
        checkTimeout(timeout);
        PlainText.warn(List.of(uri));
        return new LettuceRedis(connect(() -> SingleLink.open(client, uri, timeout)), timeout);
    }

    /**
     * Connects to a Redis Cluster, with {@link #DEFAULT_TIMEOUT}.
     *
     * @param client the application's client; it stays the application's
     * @param uris some of the Cluster's nodes
     * @return the port; close it before the client
     * @throws BackendException if there is no connection, of outcome {@code NOT_APPLIED}
     */
    public static LettuceRedis cluster(RedisClusterClient client, Iterable<RedisURI> uris) {
        return cluster(client, uris, DEFAULT_TIMEOUT);
    }

    /**
     * Connects to a Redis Cluster.
     *
     * @param client the application's client; it stays the application's
     * @param uris some of the Cluster's nodes
     * @param timeout how long a reply is waited for, redirections included, from 1 ms to 1 h
     * @return the port; close it before the client
     * @throws IllegalArgumentException if the timeout is out of bounds
     * @throws BackendException if there is no connection, of outcome {@code NOT_APPLIED}
     */
    public static LettuceRedis cluster(RedisClusterClient client, Iterable<RedisURI> uris, Duration timeout) {
        Objects.requireNonNull(uris, "uris");
        checkTimeout(timeout);
        PlainText.warn(uris);
        return new LettuceRedis(connect(() -> ClusterLink.open(client, uris, timeout)), timeout);
    }

    @Override
    public CompletionStage<RedisReply> eval(RedisScript script, List<String> keys, List<byte[]> args) {
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("keys must not be empty: script=" + script);
        }
        if (closed) {
            return closed(script.name());
        }
        return new ScriptCall(() -> new RedisCall(script, keys, args), link::send, this::refused).start(timeouts);
    }

    @Override
    public CompletionStage<RedisReply> evalLate(Supplier<RedisCall> choice) {
        if (!link.isOneConnection()) {
            return Redis.super.evalLate(choice);
        }
        return closed ? closed("a script") : new ScriptCall(choice, link::send, this::refused).startLate(timeouts);
    }

    @Override
    public CompletionStage<List<RedisReply>> evalOnEveryMaster(RedisScript script, List<byte[]> args) {
        return onEveryMaster(
                script.name(),
                master -> new ScriptCall(() -> new RedisCall(script, List.of(), args), master::dispatch, this::refused)
                        .start(timeouts));
    }

    @Override
    public CompletionStage<List<String>> scan(String prefix) {
        ScanArgs args = ScanArgs.Builder.matches(RedisKeys.pattern(prefix)).limit(KEYS_A_TRIP);
        CompletableFuture<List<String>> result = new CompletableFuture<>();
        onEveryMaster("SCAN", master -> scan(master, ScanCursor.INITIAL, args, new HashSet<>()))
                .whenComplete((found, failure) -> {
                    if (failure == null) {
                        Set<String> keys = new HashSet<>(); // a key may be met twice while its slot moves
                        found.forEach(keys::addAll);
                        result.complete(List.copyOf(keys));
                    } else {
                        result.completeExceptionally(failure);
                    }
                });
        return result;
    }

    @Override
    public CompletionStage<Subscription> subscribe(String channel, RedisListener listener) {
        return channels.subscribe(channel, listener);
    }

    /** {@inheritDoc} Not to be called on a thread of Lettuce, since it waits for these. */
    @Override
    public void close() {
        closed = true;
        channels.close();
        link.close();
    }

    /** Sentinel ends the connections to a master that it replaces; whoever else makes a replica of it may not. */
    private void refused(String error) {
        if (error.startsWith("READONLY")) {
            link.reconnect();
            channels.reconnect();
        }
    }

    private CompletionStage<Set<String>> scan(
            StatefulRedisConnection<String, byte[]> master, ScanCursor cursor, ScanArgs args, Set<String> found) {
        CompletableFuture<KeyScanCursor<String>> trip =
                master.async().scan(cursor, args).toCompletableFuture();
        return trip.orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS).thenCompose(page -> {
            found.addAll(page.getKeys());
            return page.isFinished() ? CompletableFuture.completedFuture(found) : scan(master, page, args, found);
        });
    }

    private <T> CompletionStage<List<T>> onEveryMaster(
            String what, Function<StatefulRedisConnection<String, byte[]>, CompletionStage<T>> call) {
        if (closed) {
            return closed(what);
        }
        CompletableFuture<List<T>> result = new CompletableFuture<>();
        CompletionStage<List<StatefulRedisConnection<String, byte[]>>> found =
                link.masters().toCompletableFuture().orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS);
        found.whenComplete((masters, failure) -> {
            if (failure != null) {
                result.completeExceptionally(RedisFailures.notSent(what, LettuceFailures.unwrap(failure)));
                return;
            }
            List<CompletableFuture<T>> replies = new ArrayList<>();
            masters.forEach(master -> replies.add(call.apply(master).toCompletableFuture()));
            CompletionStage<Void> all = CompletableFuture.allOf(replies.toArray(CompletableFuture[]::new));
            all.whenComplete((done, failed) -> finish(what, replies, result));
        });
        return result;
    }

    private static <T> void finish(String what, List<CompletableFuture<T>> replies, CompletableFuture<List<T>> result) {
        List<T> values = new ArrayList<>();
        BackendException worst = null;
        boolean applied = false;
        for (CompletableFuture<T> reply : replies) {
            try {
                values.add(reply.join());
                applied = true;
            } catch (RuntimeException e) {
                BackendException failure = LettuceFailures.of(what, e);
                applied |= failure.outcome() == BackendException.Outcome.UNKNOWN;
                worst = worst == null ? failure : worst;
            }
        }
        if (worst == null) {
            result.complete(values);
        } else {
            result.completeExceptionally(applied ? RedisFailures.notAnswered(what + " on every master", worst) : worst);
        }
    }

    private static <T> CompletableFuture<T> closed(String what) {
        return CompletableFuture.failedFuture(RedisFailures.notSent(what + ", the port is closed", null));
    }

    private static Link connect(Supplier<Link> opening) {
        try {
            return opening.get();
        } catch (RedisException e) {
            throw RedisFailures.notSent("the first connection", e);
        }
    }

    private static void checkTimeout(Duration timeout) {
        if (timeout.compareTo(Duration.ofMillis(1)) < 0 || timeout.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("timeout must be in [1 ms, 1 h]: timeout=" + timeout);
        }
    }
}
