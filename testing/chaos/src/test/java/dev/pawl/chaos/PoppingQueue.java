package dev.pawl.chaos;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScoredValue;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** What is found in blogs: a sorted set by due time, whose head is taken out when it is due, and then worked at. */
final class PoppingQueue implements WorkerQueue {

    private static final String KEY = NAME;

    private final RedisClient client;
    private final RedisCommands<String, String> redis;
    private volatile boolean closed;

    PoppingQueue(String address) {
        client = RedisClient.create(RedisURI.create("redis://" + address));
        redis = client.connect().sync();
    }

    @Override
    public CompletionStage<Fate> enqueue(Job job) {
        redis.zadd(KEY, (double) (now() + job.delayMillis()), job.payload());
        return CompletableFuture.completedFuture(Fate.TAKEN);
    }

    private static long now() {
        return Instant.now().toEpochMilli();
    }

    @Override
    public boolean cancel(Job job) {
        return redis.zrem(KEY, job.payload()) == 1;
    }

    @Override
    public void consume(Consumer<Given> handler) {
        for (int i = 0; i < JobSetup.THREADS; i++) {
            Thread thread = new Thread(() -> popUntilClosed(handler), "pops");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private void popUntilClosed(Consumer<Given> handler) {
        while (!closed) {
            ScoredValue<String> head = redis.zpopmin(KEY);
            if (!head.hasValue()) {
                Await.pass(Duration.ofMillis(5));
            } else if (head.getScore() > now()) {
                redis.zadd(KEY, head.getScore(), head.getValue());
                Await.pass(Duration.ofMillis(5));
            } else {
                String key = Job.keyOf(head.getValue());
                long late = now() - (long) head.getScore();
                handler.accept(new Given(key, key, 0, 1, late * 1_000, () -> true));
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
    }
}
