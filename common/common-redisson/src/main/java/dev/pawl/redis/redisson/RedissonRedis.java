package dev.pawl.redis.redisson;

import dev.pawl.redis.Redis;
import dev.pawl.redis.RedisFailures;
import dev.pawl.redis.RedisKeys;
import dev.pawl.redis.RedisListener;
import dev.pawl.redis.RedisReply;
import dev.pawl.redis.RedisScript;
import dev.pawl.redis.Subscription;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
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
    private final Set<CompletableFuture<?>> underWay = ConcurrentHashMap.newKeySet();
    private final Set<RedissonSubscription> subscriptions = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private RedissonRedis(RedissonClient client, Duration timeout) {
        this.client = client;
        this.timeout = timeout;
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
        CompletableFuture<RedisReply> result = begin(script.name());
        send(
                        result,
                        script.name(),
                        () -> scripts.evalShaAsync(Mode.READ_WRITE, script.sha1(), ReturnType.LIST, names, values))
                .whenComplete((reply, failure) -> {
                    if (failure != null && RedissonFailures.unwrap(failure) instanceof RedisNoScriptException) {
                        send(
                                        result,
                                        script.name(),
                                        () -> scripts.evalAsync(
                                                Mode.READ_WRITE, script.text(), ReturnType.LIST, names, values))
                                .whenComplete((again, failed) -> finish(result, script.name(), again, failed));
                    } else {
                        finish(result, script.name(), reply, failure);
                    }
                });
        return result;
    }

    @Override
    public CompletionStage<List<RedisReply>> evalOnEveryMaster(RedisScript script, List<byte[]> args) {
        CompletableFuture<List<RedisReply>> result = begin(script.name());
        this.<Object>send(
                        result,
                        script.name(),
                        () -> scripts.<Object>evalAsync(
                                Mode.READ_WRITE, script.text(), ReturnType.LIST, replies -> replies, args.toArray()))
                .whenComplete((replies, failure) -> {
                    if (failure == null) {
                        complete(
                                result,
                                script.name(),
                                () -> ((Collection<?>) replies)
                                        .stream().map(RedissonRedis::reply).toList());
                    } else {
                        // Of several masters Redisson tells the failure of one and not what became of the others.
                        result.completeExceptionally(RedissonFailures.of(script.name(), failure));
                    }
                });
        return result;
    }

    @Override
    public CompletionStage<List<String>> scan(String prefix) {
        CompletableFuture<List<String>> result = begin("SCAN");
        if (!result.isDone()) {
            try {
                AsyncIterator<String> keys = client.getKeys(
                                KeysOptions.defaults().timeout(timeout).retryAttempts(0))
                        .getKeysAsync(KeysScanOptions.defaults()
                                .pattern(RedisKeys.pattern(prefix))
                                .chunkSize(KEYS_A_TRIP));
                collect(keys, new HashSet<>(), result);
            } catch (RuntimeException e) {
                result.completeExceptionally(RedissonFailures.of("SCAN", e));
            }
        }
        return result;
    }

    @Override
    public CompletionStage<Subscription> subscribe(String channel, RedisListener listener) {
        String what = "SUBSCRIBE " + channel;
        CompletableFuture<Subscription> result = begin(what);
        if (result.isDone()) {
            return result;
        }
        RedissonSubscription subscription =
                new RedissonSubscription(client, channel, Objects.requireNonNull(listener, "listener"), subscriptions);
        result.whenComplete((confirmed, failure) -> {
            if (failure != null) {
                subscription.close();
            }
        });
        subscription.begin().whenComplete((done, failure) -> {
            if (failure != null) {
                result.completeExceptionally(RedissonFailures.of(what, failure));
            } else {
                result.complete(subscription);
            }
        });
        return result;
    }

    @Override
    public void close() {
        closed = true;
        subscriptions.forEach(RedissonSubscription::close);
        underWay.forEach(
                stage -> stage.completeExceptionally(RedisFailures.notAnswered("before the port was closed", null)));
    }

    /** A stage that ends in time, and with the port. Redisson has a quarter less, so that it can say what was never sent. */
    private <T> CompletableFuture<T> begin(String what) {
        CompletableFuture<T> result = new CompletableFuture<>();
        underWay.add(result);
        if (closed) {
            result.completeExceptionally(RedisFailures.notSent(what + ", the port is closed", null));
        }
        CompletableFuture<Boolean> end =
                new CompletableFuture<Boolean>().completeOnTimeout(true, timeout.toNanos(), TimeUnit.NANOSECONDS);
        end.thenAccept(over -> result.completeExceptionally(RedisFailures.notAnswered(what + " in time", null)));
        result.whenComplete((value, failure) -> {
            underWay.remove(result);
            end.cancel(false);
        });
        return result;
    }

    /** Sends, unless the stage is complete already; if its time is over first, a request that has not left yet will not. */
    private <T> CompletableFuture<T> send(
            CompletableFuture<?> result, String what, Supplier<CompletionStage<T>> request) {
        if (result.isDone()) {
            return CompletableFuture.failedFuture(RedisFailures.notSent(what, null));
        }
        try {
            CompletableFuture<T> sent = request.get().toCompletableFuture();
            result.whenComplete((value, failure) -> sent.cancel(false));
            return sent;
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static void finish(
            CompletableFuture<RedisReply> result, String what, @Nullable Object reply, @Nullable Throwable failure) {
        if (failure != null) {
            result.completeExceptionally(RedissonFailures.of(what, failure));
        } else {
            complete(result, what, () -> reply(reply));
        }
    }

    private static <T> void complete(CompletableFuture<T> result, String what, Supplier<T> value) {
        try {
            result.complete(value.get());
        } catch (IllegalArgumentException e) {
            result.completeExceptionally(RedisFailures.notAnswered(what + " as agreed", e));
        }
    }

    /** Redisson returns a list only where the script returned an array, and a status as text. */
    private static RedisReply reply(@Nullable Object reply) {
        if (reply instanceof List<?> elements) {
            return RedisReply.of(elements);
        }
        return RedisReply.of(
                Arrays.asList(reply instanceof String text ? text.getBytes(StandardCharsets.UTF_8) : reply));
    }

    /** In a loop while a page is at hand, so that the depth of calls does not grow with the keys. */
    private static void collect(AsyncIterator<String> keys, Set<String> found, CompletableFuture<List<String>> result) {
        CompletableFuture<Boolean> more = keys.hasNext().toCompletableFuture();
        while (more.isDone() && !more.isCompletedExceptionally() && more.join()) {
            found.add(keys.next().toCompletableFuture().join());
            more = keys.hasNext().toCompletableFuture();
        }
        more.whenComplete((another, failure) -> {
            if (failure != null) {
                result.completeExceptionally(RedissonFailures.of("SCAN", failure));
            } else if (another) {
                found.add(keys.next().toCompletableFuture().join());
                collect(keys, found, result);
            } else {
                result.complete(List.copyOf(found));
            }
        });
    }
}
