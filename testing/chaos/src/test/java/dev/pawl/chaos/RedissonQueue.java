package dev.pawl.chaos;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.redisson.Redisson;
import org.redisson.api.RBlockingQueue;
import org.redisson.api.RDelayedQueue;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;

/** Redisson's RDelayedQueue in front of a blocking queue. */
@SuppressWarnings("deprecation")
final class RedissonQueue implements WorkerQueue {

    private final RedissonClient client;
    private final RBlockingQueue<String> queue;
    private final RDelayedQueue<String> delayed;
    private volatile boolean closed;

    RedissonQueue(String address) {
        Config config = new Config().setThreads(4).setNettyThreads(2);
        config.useSingleServer()
                .setAddress("redis://" + address)
                .setConnectionPoolSize(16)
                .setConnectionMinimumIdleSize(1)
                .setSubscriptionConnectionPoolSize(2);
        client = Redisson.create(config);
        queue = client.getBlockingQueue(NAME);
        delayed = client.getDelayedQueue(queue);
    }

    @Override
    public CompletionStage<Fate> enqueue(Job job) {
        return delayed.offerAsync(job.payload(), job.delayMillis(), TimeUnit.MILLISECONDS)
                .handle((done, failure) -> failure == null ? Fate.TAKEN : Fate.UNKNOWN);
    }

    @Override
    public boolean cancel(Job job) {
        return delayed.remove(job.payload());
    }

    @Override
    public void consume(Consumer<Given> handler) {
        for (int i = 0; i < JobSetup.THREADS; i++) {
            Thread thread = new Thread(() -> takeUntilClosed(handler), "takes");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private void takeUntilClosed(Consumer<Given> handler) {
        try {
            while (!closed) {
                String key = Job.keyOf(queue.take());
                handler.accept(new Given(key, key, 0, 1, 0, () -> true));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed = true;
        client.shutdown();
    }
}
