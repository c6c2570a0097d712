package dev.pawl.delay.redis;

import dev.pawl.delay.spi.Head;
import dev.pawl.delay.spi.HeadListener;
import dev.pawl.delay.spi.Partition;
import dev.pawl.redis.Redis;
import dev.pawl.redis.RedisListener;
import dev.pawl.redis.Subscription;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The channels of the partitions that a session watches. Thread-safe. */
final class Hints {

    private static final Logger LOG = LoggerFactory.getLogger(Hints.class);

    private final Redis redis;
    private final HeadListener listener;
    private final ConcurrentHashMap<Partition, CompletableFuture<Subscription>> watched = new ConcurrentHashMap<>();
    private volatile boolean closed;

    Hints(Redis redis, HeadListener listener) {
        this.redis = redis;
        this.listener = listener;
    }

    /** Ends when messages are heard. A subscription that failed is tried again by the next call. */
    CompletionStage<Void> watch(Partition partition, String channel) {
        CompletableFuture<Subscription> opening = new CompletableFuture<>();
        CompletableFuture<Subscription> known = watched.putIfAbsent(partition, opening);
        if (known == null) {
            subscribe(partition, channel).whenComplete((subscription, failure) -> {
                if (failure != null) {
                    watched.remove(partition, opening);
                    opening.completeExceptionally(failure);
                    return;
                }
                // Whoever does not watch any more has left word to close it.
                opening.complete(subscription);
            });
            if (closed) {
                unwatch(partition);
            }
        }
        return (known == null ? opening : known).thenApply(subscription -> null);
    }

    private CompletionStage<Subscription> subscribe(Partition partition, String channel) {
        try {
            return redis.subscribe(channel, new Heard(partition));
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    void unwatch(Partition partition) {
        CompletableFuture<Subscription> open = watched.remove(partition);
        if (open != null) {
            CompletableFuture<Void> unused = open.thenAccept(Subscription::close);
        }
    }

    void close() {
        closed = true;
        watched.keySet().forEach(this::unwatch);
    }

    private final class Heard implements RedisListener {

        private final Partition partition;

        Heard(Partition partition) {
            this.partition = partition;
        }

        @Override
        public void onMessage(byte[] message) {
            String text = new String(message, StandardCharsets.US_ASCII);
            long dueInMillis;
            try {
                dueInMillis = Long.parseLong(text);
            } catch (NumberFormatException e) {
                // Whoever waits looks by itself before long.
                LOG.warn("A hint could not be read: partition={}, message={}", partition, text);
                return;
            }
            listener.sooner(partition, new Head(dueInMillis));
        }

        @Override
        public void onResubscribed() {
            listener.missed();
        }
    }
}
