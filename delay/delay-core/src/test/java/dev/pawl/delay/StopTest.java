package dev.pawl.delay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.delay.spi.JobView;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A consumer that is closed begins nothing, and gives back what it has. */
final class StopTest extends DelayFixture {

    private static final Duration LONG = Duration.ofMinutes(10);

    private final DelayContext client = client();
    private final DelayQueue<String> queue = queue(client);

    @Test
    void whatWasNotBegunIsGivenBackAndCountsNoAttempt() throws InterruptedException {
        JobConsumer consumer =
                queue.consume(this::note, OPTIONS.withConcurrency(1).withMaxInFlight(4));
        queue.enqueueAll(IntStream.range(0, 4).mapToObj(i -> job("job-" + i)).toList());
        assertThat(queue.stats().get(0).inFlight()).isEqualTo(4);
        assertThat(consumer.close(Duration.ofMillis(1))).isTrue();
        run();
        assertThat(handled).isEmpty();
        List<JobView> views = queue.peek(10);
        assertThat(views).hasSize(4).allSatisfy(view -> {
            assertThat(view.inFlight()).isFalse();
            assertThat(view.attempt()).isZero();
            assertThat(view.visibleIn()).isLessThanOrEqualTo(Duration.ZERO);
        });
    }

    @Test
    void nothingBeginsAfterwards() throws InterruptedException {
        JobConsumer consumer = queue.consume(this::note, OPTIONS);
        queue.enqueue(job("later").after(LONG));
        assertThat(consumer.close(SECOND)).isTrue();
        assertThat(client.session.look(partition()).toCompletableFuture().join().accepting())
                .isEmpty();
        assertThat(time.timers()).isZero();
        assertThat(store.count("unwatch")).isEqualTo(1);
        queue.enqueue(job("a").after(SECOND));
        assertThat(time.timers()).isZero();
        pass(SECOND.multipliedBy(3));
        assertThat(handled).isEmpty();
        assertThat(queue.find(queue.job("a")).orElseThrow().attempt()).isZero();
    }

    @Test
    void aClaimThatIsUnderWayIsGivenBack() throws InterruptedException {
        JobConsumer consumer = queue.consume(this::note, OPTIONS);
        store.hold("claim");
        queue.enqueue(job("a"));
        assertThat(consumer.close(Duration.ofMillis(1)))
                .as("the claim is not answered")
                .isFalse();
        store.release();
        run();
        assertThat(handled).isEmpty();
        assertThat(queue.find(queue.job("a")).orElseThrow().inFlight()).isFalse();
        assertThat(queue.find(queue.job("a")).orElseThrow().attempt()).isZero();
    }

    @Test
    void aHandlerThatRunsFinishesItsJob() throws InterruptedException {
        JobConsumer[] consumer = new JobConsumer[1];
        consumer[0] = queue.consume(
                delivery -> {
                    assertThat(consumer[0].close(Duration.ofMillis(1))).isFalse();
                    note(delivery);
                },
                OPTIONS);
        queue.enqueue(job("a"));
        run();
        assertThat(handled).containsExactly("a");
        assertThat(queue.find(queue.job("a"))).isEmpty();
        assertThat(consumer[0].close(SECOND)).isTrue();
    }

    @Test
    void whatIsNotFinishedInTimeIsNotKeptAlive() {
        JobConsumer[] consumer = new JobConsumer[1];
        consumer[0] = queue.consume(
                delivery -> {
                    consumer[0].close(Duration.ofMillis(1));
                    time.pass(Duration.ofSeconds(40));
                    assertThat(delivery.isValid()).isFalse();
                    note(delivery);
                },
                OPTIONS);
        queue.enqueue(job("a"));
        run();
        assertThat(handled).containsExactly("a");
        assertThat(store.count("extend")).isZero();
    }

    @Test
    void aRequestThatWaitsToBeRepeatedEndsWithTheQueues() {
        store.lose("enqueue", 1_000);
        CompletableFuture<EnqueueResult> result = queue.enqueueAsync(job("a"));
        client.close();
        assertThat(result).isCompletedExceptionally();
    }

    @Test
    void aRequestThatFailsAfterTheCloseEndsAtOnce() {
        client.close();
        store.lose("look", 1_000);
        var sent = Requests.repeated(client, partition(), "look", () -> client.session.look(partition()));
        assertThat(sent.toCompletableFuture()).isCompletedExceptionally();
    }

    @Test
    void aRetryThatComesAfterTheCloseRunsAtOnce() {
        client.close();
        client.retry(SECOND.toNanos(), () -> handled.add("retry"));
        client.atClose(() -> handled.add("closer"));
        assertThat(handled).containsExactly("retry", "closer");
    }

    @Test
    void aRetryRunsOnce() {
        client.retry(SECOND.toNanos(), () -> handled.add("retry"));
        client.close();
        pass(SECOND);
        assertThat(handled).containsExactly("retry");
    }

    @Test
    void aConsumerThatBeginsWhileItsQueuesCloseEnds() {
        client.close();
        client.begin(new Workers<>(client, queue, this::note, OPTIONS, handlers::add));
        assertThat(time.timers()).isZero();
        assertThat(store.count("close")).as("of the session").isEqualTo(1);
    }

    @Test
    void whatIsNotFinishedWhenTheQueuesCloseIsNotKeptAlive() {
        queue.consume(
                delivery -> {
                    Thread.currentThread().interrupt();
                    client.close();
                    assertThat(Thread.interrupted()).isTrue();
                    time.pass(Duration.ofSeconds(40));
                    note(delivery);
                },
                OPTIONS);
        queue.enqueue(job("a"));
        run();
        assertThat(handled).containsExactly("a");
        assertThat(store.count("extend")).isZero();
    }

    @Test
    void aPollThatComesAfterTheCloseEndsAtOnce() {
        Puller<String> puller = new Puller<>(client, queue, OPTIONS);
        puller.close();
        assertThat(puller.poll(1, SECOND).toCompletableFuture()).isCompletedWithValue(List.of());
    }

    @Test
    void queuesThatAreClosedRefuseCallsAndEndConsumers() {
        queue.consume(this::note, OPTIONS);
        client.close();
        assertThatThrownBy(() -> queue.enqueue(job("a"))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(queue::stats).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> queue.consume(this::note, OPTIONS)).isInstanceOf(IllegalStateException.class);
        queue(client()).enqueue(job("a"));
        pass(SECOND);
        assertThat(handled).isEmpty();
    }
}
