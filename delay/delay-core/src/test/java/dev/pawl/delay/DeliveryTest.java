package dev.pawl.delay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.common.BackendException;
import dev.pawl.delay.spi.Nack;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A delivery is never thought valid for longer than the store keeps it. */
final class DeliveryTest extends DelayFixture {

    private final DelayContext client = client();
    private final DelayQueue<String> queue = queue(client);

    private Delivery<String> delivery() throws InterruptedException {
        queue.enqueue(job("a"));
        return queue.poll(1, SECOND).get(0);
    }

    /** Extends as a consumer does, with an answer that comes when the test wants it. */
    private CompletableFuture<Boolean> extended(
            Delivery<String> delivery, Duration visibility, CompletableFuture<Requests.Sent<Boolean>> answer) {
        return delivery.extended(visibility, () -> answer).toCompletableFuture();
    }

    @Test
    void aSlowHandlerKeepsItsJob() {
        List<Delivery<String>> slow = new ArrayList<>();
        queue.consume(
                delivery -> {
                    slow.add(delivery);
                    time.pass(Duration.ofMinutes(5));
                    note(delivery);
                    assertThat(delivery.isValid()).isTrue();
                },
                OPTIONS.withConcurrency(1));
        queue.enqueue(job("a"));
        run();
        assertThat(handled).containsExactly("a");
        assertThat(slow)
                .singleElement()
                .satisfies(delivery -> assertThat(delivery.attempt()).isEqualTo(1));
        assertThat(told(DelayEvent.Lost.class)).isEmpty();
    }

    @Test
    void aDeliveryEndsHereBeforeItEndsInTheStore() throws InterruptedException {
        queue.enqueue(job("a"));
        Delivery<String> delivery = queue.poll(1, SECOND).get(0);
        time.pass(Duration.ofMillis(29_690));
        assertThat(delivery.isValid()).isTrue();
        time.pass(Duration.ofMillis(10));
        assertThat(delivery.isValid()).isFalse();
        assertThat(delivery.remaining()).isZero();
        assertThat(queue.find(queue.job("a")).orElseThrow().inFlight()).isTrue();
        time.pass(Duration.ofMillis(301));
        assertThat(queue.find(queue.job("a")).orElseThrow().inFlight()).isFalse();
    }

    @Test
    void aDeliveryCanBeExtendedByHand() throws InterruptedException {
        queue.enqueue(job("a"));
        Delivery<String> delivery = queue.poll(1, SECOND).get(0);
        assertThat(delivery.remaining()).isLessThan(Duration.ofSeconds(30));
        assertThat(delivery.extend(Duration.ofMinutes(10))).isTrue();
        assertThat(delivery.remaining()).isGreaterThan(Duration.ofMinutes(9));
        time.pass(Duration.ofMinutes(11));
        assertThat(delivery.isValid()).isFalse();
        Delivery<String> next = queue.poll(1, SECOND).get(0);
        assertThat(next.attempt()).isEqualTo(2);
        assertThat(delivery.extend(SECOND)).isFalse();
        assertThat(delivery.ack()).isFalse();
        assertThat(next.ack()).isTrue();
    }

    @Test
    void aTermIsShortenedForClocksOfDifferentSpeed() {
        assertThat(new Delivery.Term(5, SECOND).end()).isEqualTo(5 + 1_000_000_000L - 10_000_000 - 2_000_000);
    }

    @Test
    void whatTheStoreRefusesToExtendIsNotValid() throws InterruptedException {
        Delivery<String> delivery = delivery();
        Nack back = new Nack(delivery.claimed().receipt(), Nack.Kind.GIVE_BACK, Duration.ZERO, "by somebody else");
        client().session.nack(partition(), List.of(back));
        assertThat(delivery.isValid()).isTrue();
        assertThat(delivery.extend(Duration.ofMinutes(10))).isFalse();
        assertThat(delivery.isValid()).isFalse();
        assertThat(delivery.remaining()).isZero();
    }

    @Test
    void aDeliveryThatIsAnsweredAsksForNoMoreTime() throws InterruptedException {
        Delivery<String> delivery = delivery();
        assertThat(delivery.ack()).isTrue();
        assertThat(delivery.extend(SECOND)).isFalse();
        assertThat(store.count("extend")).isZero();
    }

    @Test
    void aShorterEndCountsFromItsSending() throws InterruptedException {
        Delivery<String> delivery = delivery();
        CompletableFuture<Requests.Sent<Boolean>> answer = new CompletableFuture<>();
        CompletableFuture<Boolean> extended = extended(delivery, SECOND, answer);
        assertThat(delivery.remaining()).isLessThan(SECOND);
        answer.complete(new Requests.Sent<>(true, client.nanos(), false));
        assertThat(extended).isCompletedWithValue(true);
        assertThat(delivery.remaining()).isLessThan(SECOND);
    }

    @Test
    void extensionsGoOneAfterTheOther() throws InterruptedException {
        Delivery<String> delivery = delivery();
        CompletableFuture<Requests.Sent<Boolean>> first = new CompletableFuture<>();
        extended(delivery, SECOND, first);
        List<String> sent = new ArrayList<>();
        var second = delivery.extended(Duration.ofMinutes(1), () -> {
                    sent.add("second");
                    return CompletableFuture.completedFuture(new Requests.Sent<>(true, client.nanos(), false));
                })
                .toCompletableFuture();
        assertThat(sent).isEmpty();
        first.completeExceptionally(new BackendException("lost", BackendException.Outcome.NOT_APPLIED, null));
        assertThat(sent).hasSize(1);
        assertThat(second).isCompletedWithValue(true);
    }

    @Test
    void anExtensionThatMayYetArriveBoundsThoseAfterIt() throws InterruptedException {
        Delivery<String> delivery = delivery();
        CompletableFuture<Requests.Sent<Boolean>> first = new CompletableFuture<>();
        extended(delivery, SECOND, first);
        first.completeExceptionally(new BackendException("lost", BackendException.Outcome.UNKNOWN, null));
        assertThat(delivery.extend(Duration.ofMinutes(10))).isTrue();
        assertThat(delivery.remaining()).isLessThan(SECOND);
    }

    @Test
    void anExtensionThatWasRepeatedBoundsThoseAfterIt() {
        List<Duration> left = new ArrayList<>();
        queue.consume(
                delivery -> {
                    store.loseReply("extend", 1);
                    time.pass(Duration.ofSeconds(11));
                    assertThat(store.count("extend")).isEqualTo(2);
                    assertThat(delivery.extend(Duration.ofMinutes(10))).isTrue();
                    left.add(delivery.remaining());
                },
                OPTIONS);
        queue.enqueue(job("a"));
        run();
        assertThat(left)
                .singleElement()
                .satisfies(bounded -> assertThat(bounded).isLessThan(OPTIONS.visibility()));
    }

    @Test
    void whatIsExtendedByHandIsNotShortenedByItself() {
        List<Duration> left = new ArrayList<>();
        queue.consume(
                delivery -> {
                    assertThat(delivery.extend(Duration.ofMinutes(10))).isTrue();
                    time.pass(Duration.ofMinutes(1));
                    left.add(delivery.remaining());
                    time.pass(Duration.ofMinutes(30));
                    left.add(delivery.remaining());
                },
                OPTIONS);
        queue.enqueue(job("a"));
        run();
        assertThat(left.get(0)).isGreaterThan(Duration.ofMinutes(8));
        assertThat(left.get(1)).as("then it is extended as ever").isPositive();
        assertThat(told(DelayEvent.Lost.class)).isEmpty();
    }

    @Test
    void aLateAnswerIsToldOf() throws InterruptedException {
        Delivery<String> delivery = delivery();
        time.pass(Duration.ofSeconds(31));
        assertThat(queue.poll(1, SECOND)).hasSize(1);
        assertThat(delivery.ack()).isFalse();
        assertThat(told(DelayEvent.Lost.class)).hasSize(1);
    }

    @Test
    void anAnswerThatCannotBeGivenFails() throws InterruptedException {
        Delivery<String> delivery = delivery();
        store.lose("ack", 1_000);
        CompletableFuture<Boolean> acked = delivery.ackAsync();
        pass(Duration.ofSeconds(11));
        assertThatThrownBy(acked::join).hasCauseInstanceOf(BackendException.class);
    }

    @Test
    void theSuspensionOfTheMachineCountsWhateverTheWallClockDidBefore() throws InterruptedException {
        Delivery<String> delivery = delivery();
        time.pass(Duration.ofMillis(101));
        time.moveWall(Duration.ofHours(-1));
        time.pass(Duration.ofMillis(101));
        time.moveWall(Duration.ofHours(1));
        assertThat(delivery.isValid()).isFalse();
    }

    @Test
    void theClockIsSampledWhileADeliveryIsHeldAndNoLonger() throws InterruptedException {
        assertThat(delivery().ack()).isTrue();
        time.pass(Duration.ofMillis(51));
        long resting = time.timers();
        queue.enqueue(job("b"));
        Delivery<String> delivery = queue.poll(1, SECOND).get(0);
        assertThat(time.timers()).isEqualTo(resting + 1);
        assertThat(delivery.ack()).isTrue();
        time.pass(Duration.ofMillis(51));
        assertThat(time.timers()).isEqualTo(resting);
    }

    @Test
    void anExtensionThatFailedIsTriedAgainWhileTheDeliveryIsValid() {
        List<Boolean> valid = new ArrayList<>();
        queue.consume(
                delivery -> {
                    store.lose("extend", 1_000);
                    time.pass(Duration.ofSeconds(21));
                    store.heal();
                    time.pass(Duration.ofMinutes(1));
                    valid.add(delivery.isValid());
                    store.lose("extend", 1_000);
                    time.pass(Duration.ofMinutes(1));
                    valid.add(delivery.isValid());
                    long asked = store.count("extend");
                    time.pass(Duration.ofMinutes(1));
                    assertThat(store.count("extend")).isEqualTo(asked);
                },
                OPTIONS.withConcurrency(1));
        queue.enqueue(job("a"));
        handlers.remove().run();
        assertThat(told(DelayEvent.HandlerFailed.class)).isEmpty();
        assertThat(valid).containsExactly(true, false);
    }

    @Test
    void aJobThatIsFoundLostWhileItIsHandledIsToldOf() {
        queue.consume(
                delivery -> {
                    Nack back = new Nack(delivery.claimed().receipt(), Nack.Kind.DEAD_LETTER, Duration.ZERO, "dead");
                    client().session.nack(partition(), List.of(back));
                    time.pass(Duration.ofSeconds(11));
                    assertThat(told(DelayEvent.Lost.class)).hasSize(1);
                    assertThat(delivery.isValid()).isFalse();
                },
                OPTIONS);
        queue.enqueue(job("a"));
        run();
        assertThat(told(DelayEvent.HandlerFailed.class)).isEmpty();
        assertThat(told(DelayEvent.Lost.class))
                .as("once, also by its late answer")
                .hasSize(1);
    }

    @Test
    void noTimerIsLeftOfADeliveryThatIsOver() {
        queue.consume(this::note, OPTIONS);
        queue.enqueue(job("a"));
        run();
        time.pass(Duration.ofMillis(51));
        long resting = time.timers();
        queue.enqueue(job("b"));
        assertThat(time.timers()).isGreaterThan(resting);
        run();
        time.pass(Duration.ofMillis(51));
        assertThat(handled).containsExactly("a", "b");
        assertThat(time.timers()).isEqualTo(resting);
    }
}
