package dev.pawl.delay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.delay.spi.EnqueueOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** A request whose answer was lost is repeated, and is one. */
final class LostAnswersTest extends DelayFixture {

    private final DelayQueue<String> queue = queue();

    @Test
    void anEnqueueIsRepeatedAndTakenOnce() {
        store.loseReply("enqueue", 2);
        CompletableFuture<EnqueueResult> result = queue.enqueueAsync(job("a"));
        pass(SECOND);
        assertThat(result).isCompletedWithValueMatching(done -> done.outcome() == EnqueueOutcome.TAKEN);
        assertThat(store.count("enqueue")).isEqualTo(3);
        queue.consume(this::note, OPTIONS);
        pass(SECOND);
        assertThat(handled).containsExactly("a");
    }

    @Test
    void anEnqueueIsNotRepeatedIntoASecondRunOfAJobThatIsDone() {
        queue.consume(this::note, OPTIONS);
        store.loseReply("enqueue", 1);
        CompletableFuture<EnqueueResult> result = queue.enqueueAsync(job("a"));
        run();
        assertThat(handled).containsExactly("a");
        pass(SECOND);
        assertThat(result).isCompleted();
        assertThat(handled).containsExactly("a");
    }

    @Test
    void aClaimIsRepeatedAndGivesTheSameJobs() {
        List<Integer> attempts = new ArrayList<>();
        queue.consume(delivery -> attempts.add(delivery.attempt()), OPTIONS);
        store.loseReply("claim", 2);
        queue.enqueue(job("a"));
        pass(SECOND);
        assertThat(attempts).containsExactly(1);
    }

    @Test
    void aLeaseCountsFromTheFirstClaimThatWasSent() {
        List<Duration> left = new ArrayList<>();
        queue.consume(delivery -> left.add(delivery.remaining()), OPTIONS.withVisibility(Duration.ofSeconds(2)));
        store.loseReply("claim", 4);
        queue.enqueue(job("a"));
        Duration passed = Duration.ZERO;
        while (left.isEmpty() && passed.compareTo(SECOND) < 0) {
            pass(Duration.ofMillis(5));
            passed = passed.plusMillis(5);
        }
        Duration waited = passed;
        assertThat(waited).isGreaterThan(Duration.ofMillis(50));
        assertThat(left)
                .singleElement()
                .satisfies(first -> assertThat(first)
                        .isLessThanOrEqualTo(Duration.ofMillis(1_978 + 5).minus(waited)));
    }

    @Test
    void anAckIsRepeated() {
        queue.consume(this::note, OPTIONS);
        store.loseReply("ack", 2);
        queue.enqueue(job("a"));
        pass(Duration.ofMinutes(1));
        assertThat(handled).containsExactly("a");
        assertThat(told(DelayEvent.Acked.class)).hasSize(1);
        assertThat(told(DelayEvent.Lost.class)).isEmpty();
    }

    @Test
    void aConsumerGoesOnAfterTheStoreWasGone() {
        store.lose("announce", 5);
        store.lose("watch", 1);
        store.lose("claim", 100);
        queue.consume(this::note, OPTIONS);
        queue.enqueue(job("a"));
        pass(Duration.ofSeconds(30));
        assertThat(handled).isEmpty();
        pass(Duration.ofMinutes(2));
        assertThat(handled).containsExactly("a");
    }

    @Test
    void aConsumerThatCouldNotWatchTriesAgain() {
        store.lose("watch", 2);
        queue.consume(this::note, OPTIONS.withMaxPoll(Duration.ofMinutes(1)));
        time.pass(Duration.ofSeconds(41));
        queue(client()).enqueue(job("a"));
        run();
        assertThat(handled).containsExactly("a");
    }

    @Test
    void aFailureSaysThatTheJobMayHaveBeenTaken() {
        store.loseReply("enqueue", 1);
        store.lose("enqueue", 1_000);
        CompletableFuture<EnqueueResult> result = queue.enqueueAsync(job("a"));
        pass(Duration.ofSeconds(11));
        assertFails(result, Outcome.UNKNOWN);
    }

    @Test
    void aFailureSaysThatTheJobWasNotTaken() {
        store.lose("enqueue", 1_000);
        CompletableFuture<EnqueueResult> result = queue.enqueueAsync(job("a"));
        pass(Duration.ofSeconds(8));
        assertThat(result).isNotDone();
        pass(Duration.ofSeconds(3));
        assertFails(result, Outcome.NOT_APPLIED);
        assertThat(told(DelayEvent.RequestFailed.class)).isNotEmpty();
    }

    @Test
    void whatTheStoreMayHaveForgottenIsNotRepeated() {
        DelayQueue<String> patient = queue(client(Duration.ofHours(1)));
        store.lose("enqueue", 10_000);
        CompletableFuture<EnqueueResult> result = patient.enqueueAsync(job("a"));
        pass(store.retryHorizon().dividedBy(2).plus(SECOND));
        assertFails(result, Outcome.NOT_APPLIED);
    }

    @Test
    void anAnswerThatCouldNotBeGivenFreesThePlaceOfItsJob() {
        store.lose("ack", 1_000);
        queue.consume(this::note, OPTIONS.withConcurrency(1));
        queue.enqueueAll(List.of(job("a"), job("b")));
        pass(Duration.ofSeconds(11));
        assertThat(handled).containsExactly("a", "b");
    }

    @Test
    void aConsumerLooksOnceMessagesMayHaveBeenMissed() {
        store.loseHints();
        DelayContext client = client();
        queue(client).consume(this::note, OPTIONS.withMaxPoll(Duration.ofMinutes(10)));
        queue.enqueue(job("a"));
        run();
        assertThat(handled).isEmpty();
        client.missed();
        run();
        assertThat(handled).containsExactly("a");
    }

    private static void assertFails(CompletableFuture<?> result, Outcome outcome) {
        assertThatThrownBy(result::join)
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        BackendException.class,
                        failure -> assertThat(failure.outcome()).isEqualTo(outcome));
    }
}
