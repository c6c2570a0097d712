package dev.pawl.delay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.delay.spi.JobView;
import dev.pawl.delay.spi.Presence;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Handlers get jobs in time, each to one, and jobs survive whatever happens to a handler. */
final class ConsumerTest extends DelayFixture {

    private final DelayQueue<String> queue = queue();

    @Test
    void aJobIsHandledWhenItIsDueAndThenGone() {
        queue.consume(this::note, OPTIONS);
        queue.enqueue(job("a").after(SECOND.multipliedBy(5)));
        pass(Duration.ofMillis(4_995));
        assertThat(handled).isEmpty();
        pass(Duration.ofMillis(10));
        assertThat(handled).containsExactly("a");
        assertThat(queue.find(queue.job("a"))).isEmpty();
        assertThat(told(DelayEvent.Acked.class)).hasSize(1);
        assertThat(told(DelayEvent.Delivered.class))
                .allSatisfy(event -> assertThat(event.late()).isBetween(Duration.ZERO, Duration.ofMillis(5)));
    }

    @Test
    void aHandlerThatFailsGetsTheJobAgainAfterTheBackoff() {
        List<Integer> attempts = new ArrayList<>();
        queue.consume(
                delivery -> {
                    attempts.add(delivery.attempt());
                    throw new IllegalStateException("not now");
                },
                OPTIONS);
        queue.enqueue(job("a").attempts(2));
        run();
        pass(Duration.ofSeconds(3));
        assertThat(attempts).containsExactly(1);
        pass(Duration.ofSeconds(6));
        assertThat(attempts).containsExactly(1, 2);
        assertThat(told(DelayEvent.HandlerFailed.class)).hasSize(2);
        assertThat(told(DelayEvent.Died.class)).hasSize(1);
        assertThat(queue.deadLetters().peek(10)).singleElement().satisfies(letter -> {
            assertThat(letter.payload()).contains("a");
            assertThat(letter.letter().reason()).contains("not now");
        });
    }

    @Test
    void anInterruptEndsTheThreadsWorkAndNoOtherHandlerSeesIt() {
        List<Boolean> interrupted = new ArrayList<>();
        queue.consume(
                delivery -> {
                    interrupted.add(Thread.currentThread().isInterrupted());
                    if (delivery.payload().equals("a")) {
                        throw new InterruptedException("stop");
                    }
                    note(delivery);
                },
                OPTIONS.withConcurrency(1).withMaxInFlight(2));
        queue.enqueueAll(List.of(job("a"), job("b")));
        handlers.remove().run();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(interrupted).hasSize(1);
        run();
        assertThat(handled).containsExactly("b");
        assertThat(interrupted).containsExactly(false, false);
    }

    @Test
    void aHandlerMayAnswerByItself() {
        queue.consume(delivery -> delivery.nack(Duration.ofMinutes(5)), OPTIONS);
        queue.enqueue(job("a"));
        run();
        JobView view = queue.find(queue.job("a")).orElseThrow();
        assertThat(view.inFlight()).isFalse();
        assertThat(view.visibleIn()).isPositive();
    }

    @Test
    void aPayloadThatCannotBeReadIsADeadLetter() {
        queue.consume(this::note, OPTIONS.withConcurrency(1));
        DelayQueue<byte[]> raw = new DelayQueue<>(client(), "queue", PayloadCodec.bytes(), QueueOptions.defaults());
        raw.enqueue(DelayedJob.of(new byte[] {(byte) 0xff}).id("a"));
        run();
        assertThat(handled).isEmpty();
        assertThat(queue.deadLetters().peek(10)).singleElement().satisfies(letter -> {
            assertThat(letter.payload()).isEmpty();
            assertThat(letter.letter().reason()).contains("payload cannot be read");
        });
        queue.enqueue(job("b"));
        run();
        assertThat(handled).as("its place is free again").containsExactly("b");
    }

    @Test
    void aHandlerDoesNotBeginWithAJobThatIsNoLongerItsOwn() {
        store.lose("extend", 1_000);
        queue.consume(this::note, OPTIONS.withConcurrency(1));
        queue.enqueue(job("a"));
        Runnable late = handlers.remove();
        time.pass(Duration.ofMillis(29_900));
        late.run();
        assertThat(handled).isEmpty();
        assertThat(told(DelayEvent.Lost.class)).hasSize(1);
        pass(SECOND);
        assertThat(handled).as("its next delivery").containsExactly("a");
    }

    @Test
    void noMoreJobsAreTakenThanTheConsumerMayHave() {
        queue.consume(this::note, OPTIONS.withConcurrency(2));
        queue.enqueueAll(IntStream.range(0, 9).mapToObj(i -> job("job-" + i)).toList());
        assertThat(queue.stats().get(0).inFlight()).isEqualTo(2);
        assertThat(store.calls.stream()
                        .filter(call -> call.method().equals("announce"))
                        .map(call -> (Presence) call.arguments().get(1))
                        .reduce((first, last) -> last))
                .as("a consumer at its limit leaves the ranking at once")
                .get()
                .satisfies(last -> assertThat(last.accepting()).isFalse());
        run();
        assertThat(handled).hasSize(9);
    }

    @Test
    void whatIsAboveTheConcurrencyWaitsHere() {
        queue.enqueueAll(IntStream.range(0, 9).mapToObj(i -> job("job-" + i)).toList());
        queue.consume(this::note, OPTIONS.withConcurrency(2).withMaxInFlight(6));
        assertThat(handlers).hasSize(2);
        assertThat(queue.stats().get(0).inFlight()).isEqualTo(6);
        run();
        assertThat(handled).hasSize(9);
        assertThat(store.count("claim")).isLessThan(9);
    }

    @Test
    void handlersBeginNoFasterThanTheRate() {
        queue.consume(this::note, OPTIONS.withRatePerSecond(10));
        queue.enqueueAll(IntStream.range(0, 40).mapToObj(i -> job("job-" + i)).toList());
        run();
        pass(SECOND);
        assertThat(handled).hasSizeBetween(10, 11);
        pass(SECOND.multipliedBy(3));
        assertThat(handled).hasSize(40);
    }

    @Test
    void whatTheRateAllowedAndNoClaimFoundIsAllowedLater() {
        queue.consume(this::note, OPTIONS.withRatePerSecond(100));
        pass(SECOND);
        queue.enqueue(job("a"));
        run();
        queue.enqueueAll(IntStream.range(0, 8).mapToObj(i -> job("job-" + i)).toList());
        run();
        assertThat(handled).hasSize(9);
    }

    @Test
    void headersAndTokensComeWithTheDelivery() {
        List<Delivery<String>> mine = new ArrayList<>();
        queue.consume(mine::add, OPTIONS);
        queue.enqueue(job("a").header("traceparent", "00-1").header("ä", "\u2603".repeat(200)));
        run();
        queue.enqueue(job("b"));
        run();
        assertThat(mine.get(0).headers()).containsEntry("traceparent", "00-1").containsEntry("ä", "\u2603".repeat(200));
        assertThat(mine.get(0).payload()).isEqualTo("a");
        assertThat(mine.get(1).fencingToken().value())
                .isGreaterThan(mine.get(0).fencingToken().value());
        assertThat(mine.get(1).fencingToken().issuer())
                .isEqualTo(mine.get(0).fencingToken().issuer());
        assertThat(mine.get(0).payload().getBytes(StandardCharsets.UTF_8)).hasSize(1);
    }
}
