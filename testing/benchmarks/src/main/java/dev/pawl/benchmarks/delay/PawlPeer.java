package dev.pawl.benchmarks.delay;

import dev.pawl.delay.ConsumerOptions;
import dev.pawl.delay.DelayEvent;
import dev.pawl.delay.DelayListener;
import dev.pawl.delay.DelayQueue;
import dev.pawl.delay.DelayQueues;
import dev.pawl.delay.DelayedJob;
import dev.pawl.delay.PayloadCodec;
import dev.pawl.delay.QueueOptions;
import dev.pawl.delay.redis.RedisJobStore;
import dev.pawl.delay.spi.EnqueueRequest;
import dev.pawl.redis.lettuce.LettuceRedis;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Our queue through Lettuce, with its defaults but for the limits. */
final class PawlPeer implements Peer {

    private static final QueueOptions QUEUE =
            QueueOptions.defaults().withLimits(new EnqueueRequest.Limits(10_000_000, 1_000_000_000));

    /** So many that a claim brings jobs by the thousand. */
    private static final int MANY = 4_000;

    private final RedisURI uri;
    private final RedisClient client;
    private final Connected producer;

    PawlPeer(RedisURI uri) {
        this.uri = uri;
        this.client = RedisClient.create(uri);
        this.producer = new Connected(event -> {});
    }

    /** A connection of its own, and the queue on it. */
    private final class Connected implements AutoCloseable {
        final LettuceRedis redis = LettuceRedis.of(client, uri);
        final DelayQueues queues;
        final DelayQueue<byte[]> queue;

        Connected(DelayListener listener) {
            queues = DelayQueues.builder(RedisJobStore.of(redis, "bench"))
                    .listener(listener)
                    .build();
            queue = queues.queue("jobs", PayloadCodec.bytes(), QUEUE);
        }

        @Override
        public void close() {
            queues.close();
            redis.close();
        }
    }

    @Override
    public void enqueue(long due) {
        producer.queue.enqueue(job(due));
    }

    @Override
    public void enqueueAll(long[] dues) {
        List<DelayedJob<byte[]>> jobs = new ArrayList<>(dues.length);
        for (long due : dues) {
            jobs.add(job(due));
        }
        producer.queue.enqueueAll(jobs);
    }

    private static DelayedJob<byte[]> job(long due) {
        return DelayedJob.of(Peer.payload(due)).at(Instant.ofEpochMilli(due));
    }

    @Override
    public AutoCloseable consume(boolean many, Handled handled) {
        Connected consumer = new Connected(event -> {
            if (event instanceof DelayEvent.Acked) {
                handled.finished();
            } else if (event instanceof DelayEvent.Delivered delivered
                    && delivered.late().isNegative()) {
                handled.early(); // by the clock of the store
            }
        });
        ConsumerOptions options = ConsumerOptions.defaults();
        consumer.queue.consume(
                delivery -> handled.begun(Peer.due(delivery.payload())),
                many ? options.withMaxInFlight(MANY) : options);
        return consumer;
    }

    @Override
    public void close() {
        producer.close();
        client.shutdown();
    }
}
