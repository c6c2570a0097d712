package dev.pawl.lock.redis;

import dev.pawl.redis.Redis;
import dev.pawl.redis.RedisReply;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Keeps the thread of a client busy until it is closed, so that what is asked meanwhile is not written yet. */
final class HeldWrites implements AutoCloseable {

    private final CountDownLatch end = new CountDownLatch(1);

    private HeldWrites() {}

    static HeldWrites of(Redis redis, String key) throws Exception {
        HeldWrites held = new HeldWrites();
        Thread caller = Thread.currentThread();
        while (true) {
            CompletableFuture<Boolean> begun = new CompletableFuture<>();
            CompletionStage<RedisReply> answer = redis.eval(Scripts.DESCRIBE, List.of(key, key), List.of());
            answer.whenComplete((reply, failure) -> {
                boolean mine = Thread.currentThread() == caller; // it was answered before this was said
                begun.complete(!mine);
                if (!mine) {
                    held.await();
                }
            });
            if (begun.get(30, TimeUnit.SECONDS)) {
                return held;
            }
        }
    }

    private void await() {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        end.countDown();
    }
}
