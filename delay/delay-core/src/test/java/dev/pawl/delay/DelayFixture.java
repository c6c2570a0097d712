package dev.pawl.delay;

import dev.pawl.common.Backoff;
import dev.pawl.delay.memory.InMemoryJobStore;
import dev.pawl.delay.spi.Partition;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/** Queues over a store in memory, on a clock and threads that a test moves. */
class DelayFixture {

    static final Duration SECOND = Duration.ofSeconds(1);
    static final ConsumerOptions OPTIONS = ConsumerOptions.defaults()
            .withBackoff(new Backoff(Duration.ofSeconds(8), Duration.ofSeconds(8)))
            .withMaxPoll(SECOND);

    final FakeTime time = new FakeTime();
    final CuttingStore store = new CuttingStore(new InMemoryJobStore(time.wall(), Duration.ofMinutes(1)));
    final List<DelayEvent> events = new ArrayList<>();
    /** Handlers that were begun and have not been let run. */
    final Queue<Runnable> handlers = new ArrayDeque<>();

    final List<String> handled = new ArrayList<>();
    private int clients;

    /** A process of its own. */
    DelayContext client() {
        return client(Duration.ofSeconds(10));
    }

    DelayContext client(Duration patience) {
        DelayContext.Time ticking = new DelayContext.Time(time::monotonic, time.wall(), time);
        DelayContext.Settings settings = new DelayContext.Settings(events::add, patience);
        DelayContext.Threads threads = new DelayContext.Threads(Runnable::run, handlers::add);
        return new DelayContext(store, "client" + ++clients, ticking, threads, settings);
    }

    DelayQueue<String> queue() {
        return queue(client());
    }

    static DelayQueue<String> queue(DelayContext client) {
        return queue(client, QueueOptions.defaults());
    }

    static DelayQueue<String> queue(DelayContext client, QueueOptions options) {
        return new DelayQueue<>(client, "queue", PayloadCodec.utf8(), options);
    }

    static Partition partition() {
        return new Partition("queue", 0);
    }

    /** Notes the payload, and returns. */
    void note(Delivery<String> delivery) {
        handled.add(delivery.payload());
    }

    /** Lets everything run that was begun. */
    void run() {
        while (!handlers.isEmpty()) {
            handlers.remove().run();
        }
    }

    /** Lets time pass in small steps, with everything that happens in it. */
    void pass(Duration duration) {
        long steps = duration.toMillis() / 5;
        for (long i = 0; i < steps; i++) {
            time.pass(Duration.ofMillis(5));
            run();
        }
    }

    <E extends DelayEvent> List<E> told(Class<E> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    static DelayedJob<String> job(String payload) {
        return DelayedJob.of(payload).id(payload);
    }
}
