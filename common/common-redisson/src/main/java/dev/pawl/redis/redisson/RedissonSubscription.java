package dev.pawl.redis.redisson;

import dev.pawl.redis.RedisListener;
import dev.pawl.redis.Subscription;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.redisson.api.RTopic;
import org.redisson.api.RedissonClient;
import org.redisson.api.listener.MessageListener;
import org.redisson.api.listener.StatusListener;
import org.redisson.api.options.PlainOptions;
import org.redisson.client.codec.ByteArrayCodec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One listener on one channel. Redisson shares connections among subscriptions and subscribes again after a reconnect. */
final class RedissonSubscription implements Subscription, StatusListener, MessageListener<byte[]> {

    private static final Logger LOG = LoggerFactory.getLogger(RedissonSubscription.class);

    private final RTopic topic;
    private final String channel;
    private final RedisListener listener;
    private final Set<RedissonSubscription> open;
    private final CompletableFuture<Integer> status = new CompletableFuture<>();
    private volatile boolean confirmed;
    private volatile boolean ended;

    RedissonSubscription(
            RedissonClient client, String channel, RedisListener listener, Set<RedissonSubscription> open) {
        this.topic = client.getTopic(PlainOptions.name(channel).codec(ByteArrayCodec.INSTANCE));
        this.channel = channel;
        this.listener = listener;
        this.open = open;
        open.add(this);
    }

    CompletionStage<Void> begin() {
        topic.addListenerAsync((StatusListener) this).whenComplete((id, failure) -> {
            if (failure == null) {
                status.complete(id);
            } else {
                status.completeExceptionally(failure);
            }
        });
        return status.thenCompose(id -> topic.addListenerAsync(byte[].class, this))
                .thenAccept(id -> {
                    confirmed = true;
                    if (ended) {
                        remove();
                    }
                });
    }

    @Override
    public String channel() {
        return channel;
    }

    @Override
    public void close() {
        open.remove(this);
        if (!ended) {
            ended = true;
            remove();
        }
    }

    @Override
    public void onMessage(CharSequence from, byte[] message) {
        call(() -> listener.onMessage(message));
    }

    @Override
    public void onSubscribe(String to) {
        if (confirmed) {
            call(listener::onResubscribed);
        }
    }

    @Override
    public void onUnsubscribe(String from) {
        // Asked for, or to be followed by a new subscription.
    }

    private void remove() {
        CompletionStage<Void> unused = topic.removeListenerAsync(this);
        CompletionStage<Integer> added = status;
        added.thenCompose(topic::removeListenerAsync);
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
