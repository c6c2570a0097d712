package dev.pawl.delay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A poll gives what is due, waits no longer than it may, and leaves nothing behind. */
final class PollTest extends DelayFixture {

    private final DelayContext client = client();
    private final DelayQueue<String> queue = queue(client);

    @Test
    void aPollGivesWhatIsDue() throws InterruptedException {
        queue.enqueueAll(List.of(job("a"), job("b"), job("c").after(Duration.ofHours(1))));
        List<Delivery<String>> jobs = queue.poll(10, SECOND);
        assertThat(jobs.stream().map(Delivery::payload)).containsExactly("a", "b");
        assertThat(jobs).allSatisfy(job -> assertThat(job.ack()).isTrue());
        assertThat(jobs.get(0).nack(SECOND)).as("after the ack").isFalse();
        assertThat(jobs.get(0).isValid()).isFalse();
    }

    @Test
    void aPollGivesNoMoreThanItWasAskedFor() throws InterruptedException {
        queue.enqueueAll(List.of(job("a"), job("b")));
        assertThat(queue.poll(1, SECOND)).hasSize(1);
        assertThat(queue.stats().get(0).inFlight()).isEqualTo(1);
        assertThat(store.count("nack")).as("nothing was claimed in vain").isZero();
        assertThat(queue.poll(1, SECOND)).hasSize(1);
    }

    @Test
    void whatComesToAPollThatWasInterruptedIsGivenBack() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> queue.poll(1, Duration.ofMinutes(1))).isInstanceOf(InterruptedException.class);
        queue.enqueue(job("a"));
        assertThat(store.count("nack")).isEqualTo(1);
        assertThat(queue.find(queue.job("a")).orElseThrow()).satisfies(view -> {
            assertThat(view.inFlight()).isFalse();
            assertThat(view.attempt()).isZero();
        });
    }

    @Test
    void aPollWaitsForWhatComesAndNoLonger() {
        Puller<String> puller = new Puller<>(client(), queue, ConsumerOptions.defaults());
        var waiting = puller.poll(10, SECOND.multipliedBy(5)).toCompletableFuture();
        time.pass(SECOND);
        assertThat(waiting).isNotDone();
        queue.enqueue(job("a").after(SECOND));
        time.pass(Duration.ofMillis(1_005));
        assertThat(waiting).isCompletedWithValueMatching(jobs -> jobs.size() == 1);
        var empty = puller.poll(10, SECOND).toCompletableFuture();
        time.pass(SECOND.plusMillis(1));
        assertThat(empty).isCompletedWithValueMatching(List::isEmpty);
        queue.enqueue(job("b"));
        time.pass(SECOND.multipliedBy(3));
        assertThat(queue.find(queue.job("b")).orElseThrow().attempt())
                .as("nobody waits")
                .isZero();
        assertThat(client().session
                        .look(partition())
                        .toCompletableFuture()
                        .join()
                        .accepting())
                .as("and others do not wait for nobody")
                .isEmpty();
    }

    @Test
    void whatComesTooLateIsGivenBack() {
        Puller<String> puller = new Puller<>(client, queue, OPTIONS);
        queue.enqueueAll(List.of(job("a"), job("b"), job("c")));
        store.hold("claim");
        var gone = puller.poll(3, SECOND).toCompletableFuture();
        var waits = puller.poll(1, Duration.ofSeconds(10)).toCompletableFuture();
        time.pass(SECOND);
        assertThat(gone).isCompletedWithValue(List.of());
        store.release();
        assertThat(waits).isCompletedWithValueMatching(jobs -> jobs.size() == 1);
        assertThat(queue.stats().get(0).inFlight()).isEqualTo(1);
        assertThat(queue.find(queue.job("c")).orElseThrow().attempt()).isZero();
    }

    @Test
    void eachOfThoseWhoWaitIsServed() {
        Puller<String> puller = new Puller<>(client, queue, OPTIONS.withMaxPoll(Duration.ofMinutes(10)));
        var first = puller.poll(1, SECOND).toCompletableFuture();
        var second = puller.poll(1, SECOND).toCompletableFuture();
        queue.enqueueAll(List.of(job("a"), job("b")));
        assertThat(first).isCompletedWithValueMatching(jobs -> jobs.size() == 1);
        assertThat(second).isCompletedWithValueMatching(jobs -> jobs.size() == 1);
    }

    @Test
    void thoseWhoWaitAreToldOfTheEnd() {
        Puller<String> puller = new Puller<>(client, queue, OPTIONS);
        var waits = puller.poll(1, Duration.ofMinutes(1)).toCompletableFuture();
        puller.close();
        assertThat(waits).isCompletedWithValue(List.of());
        assertThat(time.timers()).isZero();
    }
}
