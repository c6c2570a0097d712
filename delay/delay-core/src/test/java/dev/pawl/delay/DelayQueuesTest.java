package dev.pawl.delay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pawl.delay.memory.InMemoryJobStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** With real threads and real time. */
final class DelayQueuesTest {

    @Test
    void manyProducersAndConsumersHandleEachJobOnce() throws InterruptedException {
        InMemoryJobStore store = new InMemoryJobStore();
        Set<String> handled = ConcurrentHashMap.newKeySet();
        AtomicInteger count = new AtomicInteger();
        int each = 1_000;
        try (DelayQueues one = DelayQueues.of(store);
                DelayQueues two = DelayQueues.of(store)) {
            for (DelayQueues queues : List.of(one, two)) {
                queues.queue("q", PayloadCodec.utf8())
                        .consume(
                                delivery -> {
                                    handled.add(delivery.payload());
                                    count.incrementAndGet();
                                },
                                ConsumerOptions.defaults().withConcurrency(4).withMaxInFlight(64));
            }
            DelayQueue<String> queue = one.queue("q", PayloadCodec.utf8());
            List<Thread> producers = new ArrayList<>();
            for (int producer = 0; producer < 4; producer++) {
                String prefix = producer + "-";
                Thread thread = new Thread(() -> IntStream.range(0, each)
                        .forEach(i -> queue.enqueue(DelayedJob.of(prefix + i).after(Duration.ofMillis(i % 50)))));
                thread.start();
                producers.add(thread);
            }
            for (Thread producer : producers) {
                producer.join();
            }
            await().atMost(Duration.ofSeconds(30)).until(() -> handled.size() == 4 * each);
        }
        assertThat(count).hasValue(4 * each);
    }

    @Test
    void handlersMayBlockForTheirAnswers() throws InterruptedException {
        InMemoryJobStore store = new InMemoryJobStore();
        AtomicInteger acked = new AtomicInteger();
        try (DelayQueues queues = DelayQueues.of(store)) {
            DelayQueue<String> queue = queues.queue("q", PayloadCodec.utf8());
            JobConsumer consumer = queue.consume(
                    delivery -> {
                        if (delivery.ack()) {
                            acked.incrementAndGet();
                        }
                    },
                    ConsumerOptions.defaults());
            queue.enqueueAll(IntStream.range(0, 500)
                    .mapToObj(i -> DelayedJob.of("job-" + i))
                    .toList());
            await().atMost(Duration.ofSeconds(30)).until(() -> acked.get() == 500);
            assertThat(consumer.close(Duration.ofSeconds(30))).isTrue();
        }
    }

    @Test
    void closingWaitsForRunningHandlers() {
        AtomicInteger ended = new AtomicInteger();
        DelayQueues queues = DelayQueues.of(new InMemoryJobStore());
        DelayQueue<String> queue = queues.queue("q", PayloadCodec.utf8());
        AtomicInteger begun = new AtomicInteger();
        queue.consume(
                delivery -> {
                    begun.incrementAndGet();
                    await().pollDelay(Duration.ofMillis(100)).until(() -> true);
                    ended.incrementAndGet();
                },
                ConsumerOptions.defaults());
        queue.enqueue(DelayedJob.of("a"));
        await().atMost(Duration.ofSeconds(30)).until(() -> begun.get() == 1);
        queues.close();
        assertThat(ended).hasValue(1);
    }
}
