package dev.pawl.delay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.delay.spi.ClaimRequest;
import dev.pawl.delay.spi.Presence;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A consumer claims in time, one request after the other, and claims nothing that is not there. */
final class FeedTest extends DelayFixture {

    private static final Duration LONG = Duration.ofMinutes(10);
    private static final ConsumerOptions DEAF = OPTIONS.withMaxPoll(LONG);

    /** Has room for another claim while one is under way. */
    private static final ConsumerOptions ROOMY = DEAF.withMaxInFlight(3_000);

    private final DelayQueue<String> queue = queue();

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
        queue.consume(this::note, ROOMY);
        queue.enqueue(job("a"));
        queue.enqueue(job("b"));
        pass(SECOND);
        assertThat(store.count("claim")).isEqualTo(1);
        store.release();
        run();
        assertThat(handled).containsExactly("a", "b");
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

    @Test
    void whatComesBeforeMessagesAreHeardIsFound() {
        store.loseHints();
        store.hold("watch");
        queue.consume(this::note, DEAF);
        queue(client()).enqueue(job("a"));
        run();
        assertThat(handled).isEmpty();
        store.release();
        run();
        assertThat(handled).containsExactly("a");
    }

    @Test
    void theAnswerToAnEnqueueOfTheSameProcessIsHintEnough() {
        store.loseHints();
        queue.consume(this::note, DEAF);
        queue.enqueue(job("a"));
        run();
        assertThat(handled).containsExactly("a");
    }

    @Test
    void aClaimThatFailedIsMadeAgainSoon() {
        store.loseHints();
        store.lose("claim", 1_000);
        queue.consume(this::note, ROOMY);
        queue.enqueue(job("a"));
        pass(Duration.ofSeconds(15));
        store.heal();
        pass(Duration.ofSeconds(2));
        assertThat(handled).containsExactly("a");
    }

    @Test
    void whoeverIsGivenAllItAskedForGoesOnWithoutWaiting() {
        ghost(1);
        queue.consume(this::note, DEAF.withConcurrency(2));
        queue.enqueueAll(IntStream.range(0, 9).mapToObj(i -> job("job-" + i)).toList());
        time.pass(Duration.ofMillis(26));
        run();
        assertThat(handled).hasSize(9);
        assertThat(store.count("look")).isEqualTo(1);
    }

    @Test
    void aBacklogOfMoreThanABatchIsClaimedAtOnce() {
        queue.enqueueAll(
                IntStream.range(0, 1_500).mapToObj(i -> job("job-" + i)).toList());
        queue.consume(this::note, ROOMY);
        assertThat(queue.stats().get(0).inFlight()).isEqualTo(1_500);
        assertThat(store.count("claim")).isEqualTo(2);
    }

    @Test
    void aConsumerThatIsClosedClaimsNothingThatItHasLookedFor() throws InterruptedException {
        ghost(1);
        JobConsumer consumer = queue.consume(this::note, OPTIONS);
        queue.enqueue(job("a"));
        store.hold("look");
        time.pass(Duration.ofMillis(26));
        assertThat(store.count("look")).isEqualTo(1);
        assertThat(consumer.close(Duration.ofMillis(1))).isFalse();
        store.release();
        assertThat(store.count("claim")).isZero();
        assertThat(consumer.close(SECOND)).as("its room is free again").isTrue();
    }

    @Test
    void aLookThatFailsCostsNoRoom() {
        ghost(1);
        store.lose("look", 1);
        queue.consume(this::note, OPTIONS.withConcurrency(1));
        queue.enqueue(job("a"));
        pass(SECOND.multipliedBy(2));
        assertThat(handled).containsExactly("a");
    }

    @Test
    void aLookThatFindsNothingCostsNoRoom() {
        var ghost = ghost(1);
        queue.consume(this::note, OPTIONS.withConcurrency(1));
        queue.enqueue(job("a"));
        ghost.claim(new ClaimRequest(partition(), "ghost", 1, 10, LONG));
        pass(SECOND);
        assertThat(store.count("look")).isPositive();
        queue.enqueue(job("b"));
        pass(SECOND);
        assertThat(handled).containsExactly("b");
    }

    @Test
    void aClockThatWasSetBackIsToldOf() {
        queue.consume(this::note, OPTIONS);
        queue.enqueue(job("a"));
        run();
        time.moveWall(Duration.ofMinutes(-1));
        pass(SECOND);
        assertThat(told(DelayEvent.ClockBehind.class))
                .isNotEmpty()
                .allSatisfy(event -> assertThat(event.behind()).isGreaterThan(Duration.ofSeconds(50)));
    }

    @Test
    void theLatestDueTimeOfAllIsAwaited() {
        queue.consume(this::note, OPTIONS);
        queue.enqueue(job("a").at(Instant.ofEpochMilli(253_402_300_799_999L)));
        pass(SECOND);
        assertThat(store.count("claim")).isZero();
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
}
