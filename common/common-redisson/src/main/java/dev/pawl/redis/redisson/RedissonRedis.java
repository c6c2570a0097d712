package dev.pawl.redis.redisson;

import dev.pawl.redis.Redis;
import dev.pawl.redis.RedisKeys;
import dev.pawl.redis.RedisListener;
import dev.pawl.redis.RedisReply;
import dev.pawl.redis.RedisScript;
import dev.pawl.redis.Subscription;
import dev.pawl.redis.Timeouts;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.redisson.api.AsyncIterator;
import org.redisson.api.RScript;
import org.redisson.api.RScript.Mode;
import org.redisson.api.RScript.ReturnType;
import org.redisson.api.RedissonClient;
import org.redisson.api.options.KeysOptions;
import org.redisson.api.options.KeysScanOptions;
import org.redisson.api.options.OptionalOptions;
import org.redisson.client.RedisNoScriptException;
import org.redisson.client.codec.ByteArrayCodec;

/**
 * The port to Redis on Redisson, alone or as a Cluster, with the application's client and its connections. The number of
 * Redisson's own attempts is zero for what this port sends, whatever the client's configuration says: a request is sent
 * once, and its timeout is the one given here.
 *
 * <p>Redisson makes one connection busy with each request until its reply is there (64 by default): more requests at once wait for a
 * connection, within their timeout. A request that was lost with its connection fails with the timeout only, and a connection
 * that stays silent is replaced after the client's {@code pingConnectionInterval}.
 * {@link #scan} asks the nodes that the client's read mode names, by default replicas where there are some.
 *
 * <p>Thread-safe. Stages complete, and listeners are called, on Redisson's threads; a timeout completes its stage on the
 * JDK's delay thread. No call blocks.
 */
public final class RedissonRedis implements Redis {

    /** How long a reply is waited for by default. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(1);

    private static final int KEYS_A_TRIP = 1000;

    private final RedissonClient client;
    private final Duration timeout;
    private final RScript scripts;
    private final Timeouts timeouts;
    private final Set<RedissonSubscription> subscriptions = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private RedissonRedis(RedissonClient client, Duration timeout) {
        this.client = client;
        this.timeout = timeout;
        // Redisson has a quarter less time, so that it can say what was never sent.
        this.timeouts = new Timeouts(timeout.multipliedBy(5).dividedBy(4), RedissonRedis::later);
        this.scripts = client.getScript(OptionalOptions.defaults()
                .codec(ByteArrayCodec.INSTANCE)
                .timeout(timeout)
                .retryAttempts(0));
    }

    /**
     * Makes the port with {@link #DEFAULT_TIMEOUT}.
     *
     * @param client the application's client; it stays the application's
     * @return the port; close it before the client
     * @throws IllegalArgumentException if the client has a name mapper that changes names
     */
    public static RedissonRedis of(RedissonClient client) {
        return of(client, DEFAULT_TIMEOUT);
    }

    /**
     * Makes the port.
     *
     * @param client the application's client; it stays the application's
     * @param timeout how long a reply is waited for, from 1 ms to 1 h; with the wait for a connection and redirections a stage
     *     takes a quarter more at most
     * @return the port; close it before the client
     * @throws IllegalArgumentException if the timeout is out of bounds, or if the client has a name mapper that changes names: a
     *     script publishes to channels that it would not know
     */
    public static RedissonRedis of(RedissonClient client, Duration timeout) {
        if (timeout.compareTo(Duration.ofMillis(1)) < 0 || timeout.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("timeout must be in [1 ms, 1 h]: timeout=" + timeout);
        }
        List<String> mapped = client.getTopic("pawl").getChannelNames();
        if (!mapped.equals(List.of("pawl"))) {
            throw new IllegalArgumentException("the name mapper must leave names as they are: pawl=" + mapped);
        }
        return new RedissonRedis(client, timeout);
    }

    @Override
    public CompletionStage<RedisReply> eval(RedisScript script, List<String> keys, List<byte[]> args) {
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("keys must not be empty: script=" + script);
        }
        List<Object> names = List.copyOf(keys);
        Object[] values = args.toArray();
        Request<RedisReply> request = begin(script.name());
        CompletionStage<Object> reply = request.send(
                () -> scripts.evalShaAsync(Mode.READ_WRITE, script.sha1(), ReturnType.LIST, names, values));
        reply.whenComplete((elements, failure) -> {
            if (failure != null && RedissonFailures.unwrap(failure) instanceof RedisNoScriptException) {
                CompletionStage<Object> again = request.send(
                        () -> scripts.evalAsync(Mode.READ_WRITE, script.text(), ReturnType.LIST, names, values));
                again.whenComplete((found, failed) -> finish(request, found, failed));
            } else {
                finish(request, elements, failure);
            }
        });
        return request.stage();
    }

    @Override
    public CompletionStage<List<RedisReply>> evalOnEveryMaster(RedisScript script, List<byte[]> args) {
        Request<List<RedisReply>> request = begin(script.name());
        CompletionStage<Object> replies = request.send(() -> scripts.evalAsync(
                Mode.READ_WRITE, script.text(), ReturnType.LIST, (Collection<Object> all) -> all, args.toArray()));
        replies.whenComplete((all, failure) -> {
            if (failure == null) {
                request.succeed(() ->
                        ((Collection<?>) all).stream().map(RedissonRedis::reply).toList());
            } else {
                request.fail(failure);
            }
        });
        return request.stage();
    }

    @Override
    public CompletionStage<List<String>> scan(String prefix) {
        Request<List<String>> request = begin("SCAN");
        if (!request.isOver()) {
            AsyncIterator<String> keys = client.getKeys(
                            KeysOptions.defaults().timeout(timeout).retryAttempts(0))
                    .getKeysAsync(KeysScanOptions.defaults()
                            .pattern(RedisKeys.pattern(prefix))
                            .chunkSize(KEYS_A_TRIP));
            collect(keys, new HashSet<>(), request);
        }
        return request.stage();
    }

    @Override
    public CompletionStage<Subscription> subscribe(String channel, RedisListener listener) {
        Request<Subscription> request = begin("SUBSCRIBE " + channel);
        if (!request.isOver()) {
            RedissonSubscription subscription = new RedissonSubscription(
                    client, channel, Objects.requireNonNull(listener, "listener"), subscriptions);
            request.stage().whenComplete((confirmed, failure) -> {
                if (failure != null) {
                    subscription.close();
                }
            });
            subscription.begin().whenComplete((done, failure) -> {
                if (failure == null) {
                    request.succeed(() -> subscription);
                } else {
                    request.fail(failure);
                }
            });
        }
        return request.stage();
    }

    @Override
    public void close() {
        closed = true;
        subscriptions.forEach(RedissonSubscription::close);
        timeouts.underWay().forEach(request -> ((Request<?>) request).abandon());
    }

    private static void later(Runnable task, Duration delay) {
        CompletableFuture.delayedExecutor(delay.toNanos(), TimeUnit.NANOSECONDS, Runnable::run)
                .execute(task);
    }

    private <T> Request<T> begin(String what) {
        Request<T> request = new Request<T>(what).begin(timeouts);
        if (closed) {
            request.refuse();
        }
        return request;
    }

    private static void finish(Request<RedisReply> request, @Nullable Object elements, @Nullable Throwable failure) {
        if (failure == null) {
            request.succeed(() -> reply(elements));
        } else {
            request.fail(failure);
        }
    }

    /** Redisson returns a list only where the script returned an array, and a status as text. */
    private static RedisReply reply(@Nullable Object reply) {
        if (reply instanceof List<?> elements) {
            return RedisReply.of(elements);
        }
        Object element = reply instanceof String text ? text.getBytes(StandardCharsets.UTF_8) : reply;
        return RedisReply.of(Collections.singletonList(element));
    }

    /** In a loop while a page is at hand, so that the depth of calls does not grow with the keys. */
    private static void collect(AsyncIterator<String> keys, Set<String> found, Request<List<String>> request) {
        CompletionStage<Boolean> more = keys.hasNext();
        while (isTrue(more.toCompletableFuture())) {
            found.add(keys.next().toCompletableFuture().join());
            more = keys.hasNext();
        }
        more.whenComplete((another, failure) -> {
            if (failure != null) {
                request.fail(failure);
            } else if (another) {
                found.add(keys.next().toCompletableFuture().join());
                collect(keys, found, request);
            } else {
                request.succeed(() -> List.copyOf(found));
            }
        });
    }

    private static boolean isTrue(CompletableFuture<Boolean> known) {
        return known.isDone() && !known.isCompletedExceptionally() && known.join();
    }
}
