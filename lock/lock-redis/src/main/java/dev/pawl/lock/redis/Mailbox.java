package dev.pawl.lock.redis;

import dev.pawl.lock.spi.AcquireAnswer;
import dev.pawl.lock.spi.GrantListener;
import dev.pawl.redis.Redis;
import dev.pawl.redis.RedisListener;
import dev.pawl.redis.Subscription;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one channel of a session, which all its waiting attempts share: a release publishes there whom it has granted the lock.
 * Subscribed with the first attempt that has to wait. Thread-safe.
 */
final class Mailbox implements RedisListener {

    private static final Logger LOG = LoggerFactory.getLogger(Mailbox.class);

    private final Redis redis;
    private final GrantListener listener;
    private final String channel;
    private final byte[] channelBytes;
    private final AtomicLong seen;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable CompletableFuture<Subscription> subscription;
    private boolean closed;
    private boolean failureTold;

    Mailbox(Redis redis, String channel, AtomicLong seen, GrantListener listener) {
        this.redis = redis;
        this.listener = listener;
        this.channel = channel;
        this.channelBytes = Scripts.text(channel);
        this.seen = seen;
    }

    byte[] channel() {
        return channelBytes;
    }

    /** Completes when messages are heard. A subscription that failed is tried again by the next call. */
    CompletableFuture<Subscription> open() {
        CompletableFuture<Subscription> opening;
        lock.lock();
        try {
            if (subscription != null && !subscription.isCompletedExceptionally()) {
                return subscription;
            }
            opening = new CompletableFuture<>();
            subscription = opening;
        } finally {
            lock.unlock();
        }
        subscribe().whenComplete((open, failure) -> {
            if (failure != null) {
                tell(failure);
                opening.completeExceptionally(failure);
                return;
            }
            opening.complete(open);
            if (isClosed()) {
                open.close();
            }
        });
        return opening;
    }

    private CompletionStage<Subscription> subscribe() {
        try {
            return redis.subscribe(channel, this);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void tell(Throwable failure) {
        lock.lock();
        try {
            if (failureTold || closed) {
                return;
            }
            failureTold = true;
        } finally {
            lock.unlock();
        }
        LOG.warn(
                "Grants cannot be heard, so whoever waits asks about once a second; tried again: channel={}",
                channel,
                failure);
    }

    @Override
    public void onMessage(byte[] message) {
        String text = new String(message, StandardCharsets.US_ASCII);
        String[] parts = text.split(" ", -1);
        try {
            AcquireAnswer.Granted granted =
                    new AcquireAnswer.Granted(Long.parseLong(parts[2]), Long.parseLong(parts[3]));
            seen.accumulateAndGet(granted.base(), Math::max);
            listener.granted(parts[0], Long.parseLong(parts[1]), granted);
        } catch (RuntimeException e) {
            // Whoever waits asks by himself within a second.
            LOG.warn("A message of a release could not be read: channel={}, message={}", channel, text, e);
        }
    }

    @Override
    public void onResubscribed() {
        listener.missed();
    }

    void close() {
        CompletableFuture<Subscription> open;
        lock.lock();
        try {
            closed = true;
            open = subscription;
        } finally {
            lock.unlock();
        }
        if (open != null) {
            CompletableFuture<Void> unused = open.thenAccept(Subscription::close);
        }
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }
}
