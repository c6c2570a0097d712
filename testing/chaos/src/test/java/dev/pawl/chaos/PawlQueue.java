package dev.pawl.chaos;

import dev.pawl.common.BackendException;
import dev.pawl.common.Backoff;
import dev.pawl.common.Deadline;
import dev.pawl.common.Ticker;
import dev.pawl.delay.ConsumerOptions;
import dev.pawl.delay.DelayEvent;
import dev.pawl.delay.DelayQueue;
import dev.pawl.delay.DelayQueues;
import dev.pawl.delay.DelayedJob;
import dev.pawl.delay.Delivery;
import dev.pawl.delay.PayloadCodec;
import dev.pawl.delay.redis.RedisJobStore;
import dev.pawl.delay.spi.ChangeOutcome;
import dev.pawl.delay.spi.EnqueueOutcome;
import dev.pawl.redis.Redis;
import dev.pawl.redis.lettuce.LettuceRedis;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Ours on Redis, as it is opened by default but for times that fit the round's. */
final class PawlQueue implements WorkerQueue {

    private static final Duration TIMEOUT = Duration.ofMillis(500);
    private static final Backoff SOON = new Backoff(Duration.ofMillis(50), Duration.ofMillis(200));
    private static final int HANDLERS = 16;
    private static final int ATTEMPTS = 1_000;

    private final RedisClient client = RedisClient.create();
    private final Redis redis;
    private final DelayQueues queues;
    private final DelayQueue<String> queue;
    private final Duration visibility;

    PawlQueue(String address, String namespace, Duration visibility, Consumer<String> failed) {
        this.visibility = visibility;
        redis = connected(address);
        queues = DelayQueues.builder(RedisJobStore.of(redis, namespace))
                .listener(event -> {
                    if (event instanceof DelayEvent.RequestFailed request) {
                        failed.accept(request.operation());
                    }
                })
                .build();
        queue = queues.queue(NAME, PayloadCodec.utf8());
    }

    /** A process may be started in the middle of a fault, and its first reply takes long on a machine under load. */
    private Redis connected(String address) {
        Deadline deadline = Deadline.after(Await.PATIENCE, Ticker.system());
        while (true) {
            try {
                return LettuceRedis.of(client, RedisURI.create("redis://" + address), TIMEOUT);
            } catch (BackendException e) {
                if (deadline.expired()) {
                    throw e;
                }
            }
        }
    }

    @Override
    public CompletionStage<Fate> enqueue(Job job) {
        DelayedJob<String> made = DelayedJob.of(job.payload()).id(job.id()).attempts(ATTEMPTS);
        DelayedJob<String> timed = job.dueMillis() > 0
                ? made.at(Instant.ofEpochMilli(job.dueMillis()))
                : made.after(Duration.ofMillis(job.delayMillis()));
        return queue.enqueueAsync(timed)
                .handle((result, failure) -> failure == null ? fate(result.outcome()) : fate(failure));
    }

    private static Fate fate(EnqueueOutcome outcome) {
        return outcome == EnqueueOutcome.TAKEN ? Fate.TAKEN : Fate.DUPLICATE;
    }

    private static Fate fate(Throwable failure) {
        Throwable cause = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
        return cause instanceof BackendException known && known.outcome() == BackendException.Outcome.NOT_APPLIED
                ? Fate.NOT_APPLIED
                : Fate.UNKNOWN;
    }

    @Override
    public boolean cancel(Job job) {
        return queue.cancel(queue.job(job.id())) == ChangeOutcome.DONE;
    }

    @Override
    public void consume(Consumer<Given> handler) {
        ConsumerOptions options = ConsumerOptions.defaults()
                .withConcurrency(HANDLERS)
                .withMaxInFlight(4 * HANDLERS)
                .withVisibility(visibility)
                .withMaxPoll(JobSetup.MAX_POLL)
                .withBackoff(SOON);
        queue.consume(delivery -> handler.accept(given(delivery)), options);
    }

    private static Given given(Delivery<String> delivery) {
        return new Given(
                Job.keyOf(delivery.payload()),
                delivery.job().id(),
                delivery.fencingToken().value(),
                delivery.attempt(),
                ChronoUnit.MICROS.between(delivery.dueAt(), Instant.now()),
                delivery::ack);
    }

    @Override
    public void close() {
        queues.close();
        redis.close();
        client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
    }
}
