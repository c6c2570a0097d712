package dev.pawl.delay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.delay.spi.ClaimRequest;
import dev.pawl.delay.spi.EnqueueRequest;
import dev.pawl.delay.spi.JobView;
import dev.pawl.delay.spi.NewJob;
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
    void aJobOfAnotherProcessIsHeardOfAtOnce() {
        queue.consume(this::note, OPTIONS.withMaxPoll(Duration.ofMinutes(10)));
        pass(SECOND);
        queue(client()).enqueue(job("a"));
        run();
        assertThat(handled).containsExactly("a");
    }

    @Test
    void aLostHintCostsAtMostMaxPoll() {
        store.loseHints();
        queue.consume(this::note, OPTIONS);
        pass(SECOND);
        queue(client()).enqueue(job("a"));
        run();
        assertThat(handled).isEmpty();
        pass(SECOND);
        assertThat(handled).containsExactly("a");
    }

    @Test
    void whatIsHeardLateDoesNotPutOffWhatWasHeardBefore() {
        queue.enqueue(job("later").after(Duration.ofSeconds(50)));
        store.hold("announce");
        queue.consume(this::note, OPTIONS.withMaxPoll(Duration.ofMinutes(10)));
        queue(client()).enqueue(job("sooner").after(Duration.ofSeconds(3)));
        store.release();
        pass(Duration.ofSeconds(3));
        assertThat(handled).containsExactly("sooner");
    }

    @Test
    void anAnswerToAClaimTellsWhatComesNext() {
        queue.enqueueAll(List.of(job("a"), job("b").after(SECOND.multipliedBy(5))));
        queue.consume(this::note, OPTIONS.withMaxPoll(Duration.ofMinutes(10)));
        time.pass(SECOND.multipliedBy(4));
        assertThat(handlers).hasSize(1);
        time.pass(SECOND.plusMillis(5));
        assertThat(handlers).hasSize(2);
    }

    @Test
    void oneClaimIsUnderWayAtATime() {
        store.hold("claim");
        queue.consume(this::note, OPTIONS);
        queue.enqueue(job("a"));
        queue.enqueue(job("b"));
        pass(SECOND);
        assertThat(store.count("claim")).isEqualTo(1);
        store.release();
        run();
        assertThat(handled).containsExactly("a", "b");
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
        queue.consume(this::note, OPTIONS);
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
    void aBacklogIsTakenInFewClaims() {
        queue.enqueueAll(IntStream.range(0, 900).mapToObj(i -> job("job-" + i)).toList());
        queue.consume(this::note, OPTIONS.withConcurrency(4).withMaxInFlight(200));
        run();
        assertThat(handled).hasSize(900).doesNotHaveDuplicates();
        assertThat(store.count("claim")).isLessThan(30);
    }

    @Test
    void anIdleConsumerClaimsNothing() {
        queue.consume(this::note, OPTIONS);
        queue.enqueue(job("a").after(Duration.ofHours(1)));
        pass(SECOND.multipliedBy(10));
        assertThat(store.count("claim")).isZero();
        assertThat(store.count("announce")).isLessThan(40);
    }

    @Test
    void whoComesFirstInTheRankingClaimsAndTheOthersWait() {
        ghost(1);
        queue.consume(this::note, OPTIONS);
        queue(client()).enqueue(job("a"));
        time.pass(Duration.ofMillis(24));
        run();
        assertThat(handled).isEmpty();
        assertThat(store.count("claim")).isZero();
        time.pass(Duration.ofMillis(2));
        run();
        assertThat(handled).containsExactly("a");
    }

    @Test
    void whoeverComesLaterInTheRankingClaimsNothingThatIsGone() {
        var ghost = ghost(2);
        queue.consume(this::note, OPTIONS);
        queue(client()).enqueue(job("a"));
        ghost.claim(new ClaimRequest(partition(), "ghost", 1, 10, Duration.ofMinutes(10)));
        long claims = store.count("claim");
        pass(SECOND);
        assertThat(handled).isEmpty();
        assertThat(store.count("claim")).isEqualTo(claims);
    }

    /** Consumers that come before any of this test's, accept, and do nothing. */
    private dev.pawl.delay.spi.JobSession ghost(int count) {
        var session = store.open("ghosts", client());
        IntStream.range(0, 1_000)
                .mapToObj(i -> "ghost" + i)
                .filter(name -> Ranking.waitNanos(partition(), "client1-1", List.of(name)) > 0)
                .limit(count)
                .forEach(name -> session.announce(partition(), new Presence(name, true, Duration.ofHours(1))));
        return session;
    }

    @Test
    void concurrentEnqueuesTravelTogether() {
        store.hold("enqueue");
        queue.enqueueAsync(job("first"));
        var others = IntStream.range(0, 5)
                .mapToObj(i -> queue.enqueueAsync(job("job-" + i)))
                .toList();
        assertThat(store.count("enqueue")).isEqualTo(1);
        store.release();
        assertThat(others).allSatisfy(done -> assertThat(done).isCompleted());
        assertThat(store.count("enqueue")).isEqualTo(2);
        EnqueueRequest second = (EnqueueRequest) store.calls.stream()
                .filter(call -> call.method().equals("enqueue"))
                .toList()
                .get(1)
                .arguments()
                .get(0);
        assertThat(second.jobs().stream().map(NewJob::id)).containsExactly("job-0", "job-1", "job-2", "job-3", "job-4");
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
