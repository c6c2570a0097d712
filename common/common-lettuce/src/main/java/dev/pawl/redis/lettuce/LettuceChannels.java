package dev.pawl.redis.lettuce;

import dev.pawl.redis.RedisFailures;
import dev.pawl.redis.RedisListener;
import dev.pawl.redis.Subscription;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.RedisPubSubListener;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.netty.util.Timeout;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The subscriptions on one connection, which is opened with the first. What is sent agrees with the table, since both change under one
 * lock: SUBSCRIBE for every subscription, UNSUBSCRIBE when a channel's last one ends. Lettuce subscribes again after a
 * reconnect; whoever was confirmed on an earlier connection is told so.
 */
final class LettuceChannels extends RedisPubSubAdapter<String, byte[]> implements RedisConnectionStateListener {

    private static final Logger LOG = LoggerFactory.getLogger(LettuceChannels.class);

    /** An idle connection whose other end is gone is noticed by asking. */
    private static final Duration PING_INTERVAL = Duration.ofSeconds(5);

    private final Link link;
    private final Duration timeout;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, List<Entry>> entries = new ConcurrentHashMap<>();
    private final AtomicInteger disconnections = new AtomicInteger();
    private @Nullable CompletionStage<StatefulRedisPubSubConnection<String, byte[]>> connection;
    private @Nullable Timeout ping;
    private boolean closed;

    LettuceChannels(Link link, Duration timeout) {
        this.link = link;
        this.timeout = timeout;
    }

    /** One listener on one channel. */
    private final class Entry implements Subscription {

        private final String channel;
        private final RedisListener listener;
        private final CompletableFuture<Subscription> confirmed = new CompletableFuture<>();
        private volatile boolean ended;
        private volatile int confirmedOn = -1;

        Entry(String channel, RedisListener listener) {
            this.channel = Objects.requireNonNull(channel, "channel");
            this.listener = Objects.requireNonNull(listener, "listener");
        }

        @Override
        public String channel() {
            return channel;
        }

        @Override
        public void close() {
            end(this);
        }

        private void call(Runnable call) {
            if (ended) {
                return;
            }
            try {
                call.run();
            } catch (RuntimeException | Error e) {
                LOG.warn("The listener to {} has failed", channel, e);
            }
        }
    }

    CompletionStage<Subscription> subscribe(String channel, RedisListener listener) {
        Entry entry = new Entry(channel, listener);
        CompletionStage<StatefulRedisPubSubConnection<String, byte[]>> opening = add(entry);
        if (opening == null) {
            entry.confirmed.completeExceptionally(RedisFailures.notSent(what(entry), null));
        } else {
            opening.whenComplete((opened, failure) -> {
                if (failure == null) {
                    send(entry, opened);
                } else {
                    entry.confirmed.completeExceptionally(RedisFailures.notSent(what(entry), failure));
                }
            });
        }
        CompletableFuture<Subscription> result = new CompletableFuture<>();
        CompletionStage<Subscription> confirmed = entry.confirmed.orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS);
        confirmed.whenComplete((subscription, failure) -> {
            if (failure == null) {
                result.complete(subscription);
            } else {
                end(entry);
                result.completeExceptionally(LettuceFailures.of(what(entry), failure));
            }
        });
        return result;
    }

    void reconnect() {
        lock.lock();
        try {
            if (connection != null) {
                connection.thenAccept(Link::disconnect);
            }
        } finally {
            lock.unlock();
        }
    }

    void close() {
        CompletionStage<StatefulRedisPubSubConnection<String, byte[]>> opened;
        lock.lock();
        try {
            closed = true;
            opened = connection;
            if (ping != null) {
                ping.cancel();
            }
        } finally {
            lock.unlock();
        }
        entries.values()
                .forEach(all -> all.forEach(entry -> {
                    entry.ended = true;
                    entry.confirmed.completeExceptionally(
                            RedisFailures.notAnswered(what(entry) + ", it was closed", null));
                }));
        if (opened != null) {
            opened.thenCompose(StatefulRedisPubSubConnection::closeAsync);
        }
    }

    @Override
    public void message(String channel, byte[] message) {
        for (Entry entry : entries.getOrDefault(channel, List.of())) {
            entry.call(() -> entry.listener.onMessage(message));
        }
    }

    @Override
    public void subscribed(String channel, long count) {
        List<Entry> listening = entries.getOrDefault(channel, List.of());
        int now = disconnections.get();
        for (Entry entry : listening) {
            if (entry.confirmedOn >= 0 && entry.confirmedOn < now) {
                entry.confirmedOn = now;
                entry.call(entry.listener::onResubscribed);
            }
        }
        if (listening.isEmpty()) { // it was given up while there was no connection to say so on
            unsubscribe(channel);
        }
    }

    @Override
    public void onRedisDisconnected(RedisChannelHandler<?, ?> disconnected) {
        disconnections.incrementAndGet();
    }

    private @Nullable CompletionStage<StatefulRedisPubSubConnection<String, byte[]>> add(Entry entry) {
        lock.lock();
        try {
            if (closed) {
                return null;
            }
            entries.computeIfAbsent(entry.channel, c -> new CopyOnWriteArrayList<>())
                    .add(entry);
            if (connection == null || connection.toCompletableFuture().isCompletedExceptionally()) {
                connection = link.connectPubSub().thenApply(this::opened);
            }
            return connection;
        } finally {
            lock.unlock();
        }
    }

    private StatefulRedisPubSubConnection<String, byte[]> opened(StatefulRedisPubSubConnection<String, byte[]> opened) {
        opened.addListener((RedisPubSubListener<String, byte[]>) this);
        opened.addListener((RedisConnectionStateListener) this);
        ping(opened);
        return opened;
    }

    private void ping(StatefulRedisPubSubConnection<String, byte[]> opened) {
        lock.lock();
        try {
            if (!closed) {
                RedisFuture<String> unused = opened.async().ping();
                ping = link.resources()
                        .timer()
                        .newTimeout(t -> ping(opened), PING_INTERVAL.toNanos(), TimeUnit.NANOSECONDS);
            }
        } finally {
            lock.unlock();
        }
    }

    private void send(Entry entry, StatefulRedisPubSubConnection<String, byte[]> opened) {
        CompletionStage<Void> sent;
        int now;
        lock.lock();
        try {
            if (entry.ended) {
                return;
            }
            now = disconnections.get();
            sent = opened.async().subscribe(entry.channel);
        } finally {
            lock.unlock();
        }
        sent.whenComplete((done, failure) -> {
            if (failure == null) {
                entry.confirmedOn = now;
                entry.confirmed.complete(entry);
            } else {
                entry.confirmed.completeExceptionally(LettuceFailures.of(what(entry), failure));
            }
        });
    }

    private void end(Entry entry) {
        lock.lock();
        try {
            entry.ended = true;
            List<Entry> rest = entries.get(entry.channel);
            if (rest != null && rest.remove(entry) && rest.isEmpty()) {
                entries.remove(entry.channel);
                unsubscribe(entry.channel);
            }
        } finally {
            lock.unlock();
        }
    }

    private void unsubscribe(String channel) {
        lock.lock();
        try {
            if (!closed && !entries.containsKey(channel) && connection != null) {
                connection.thenCompose(opened -> opened.async().unsubscribe(channel));
            }
        } finally {
            lock.unlock();
        }
    }

    private static String what(Entry entry) {
        return "SUBSCRIBE " + entry.channel;
    }
}
