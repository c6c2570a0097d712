package dev.pawl.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.delay.spi.ChangeOutcome;
import dev.pawl.delay.spi.ClaimAnswer.ClaimedJob;
import dev.pawl.delay.spi.Dedup;
import dev.pawl.delay.spi.Due;
import dev.pawl.delay.spi.EnqueueOutcome;
import dev.pawl.delay.spi.Nack;
import dev.pawl.delay.spi.NewJob;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Jobs that no consumer has can be cancelled and put to another time; dead letters can live again. */
abstract class JobChangeTests extends JobAnswerTests {

    @Test
    final void aCancelledJobIsNeverDelivered() throws Exception {
        JobClient client = client();
        client.take(job("a"), job("b", LONG));
        assertThat(client.cancel("a")).isEqualTo(ChangeOutcome.DONE);
        assertThat(client.cancel("b")).isEqualTo(ChangeOutcome.DONE);
        assertThat(client.cancel("a")).as("repeated").isEqualTo(ChangeOutcome.DONE);
        client.assertNothing();
        assertThat(client.stats().waiting()).isZero();
    }

    @Test
    final void aJobInFlightIsNeitherCancelledNorRescheduled() throws Exception {
        JobClient client = client();
        client.take(job("a"));
        ClaimedJob claimed = client.claimed();
        assertThat(client.cancel("a")).isEqualTo(ChangeOutcome.IN_FLIGHT);
        assertThat(client.reschedule("a", Duration.ZERO)).isEqualTo(ChangeOutcome.IN_FLIGHT);
        client.assertNothing();
        assertThat(client.ack(claimed)).isTrue();
    }

    @Test
    final void whatIsNotThereIsNotFound() throws Exception {
        JobClient client = client();
        client.take(job("acked"));
        client.ack(client.claimed());
        client.take(job("dead"));
        client.nack(client.claimed(), Nack.Kind.DEAD_LETTER, Duration.ZERO);
        for (String id : List.of("acked", "dead", "never")) {
            assertThat(client.cancel(id)).as(id).isEqualTo(ChangeOutcome.NOT_FOUND);
            assertThat(client.reschedule(id, Duration.ZERO)).as(id).isEqualTo(ChangeOutcome.NOT_FOUND);
            assertThat(client.find(id)).as(id).isEmpty();
        }
        assertThat(client.deadLetters(10)).hasSize(1);
    }

    @Test
    final void aJobWhoseConsumerIsGoneCanBeCancelled() throws Exception {
        JobClient client = client();
        client.take(job("lapsed"));
        ClaimedJob lapsed = client.claimed(SHORT);
        await("the timeout ends", () -> client.look().head().isDue());
        assertThat(client.cancel("lapsed")).isEqualTo(ChangeOutcome.DONE);
        assertThat(client.ack(lapsed)).isFalse();
        assertThat(client.extend(lapsed, LONG)).isFalse();
        client.take(job("nacked"));
        client.nack(client.claimed(), LONG);
        assertThat(client.cancel("nacked")).isEqualTo(ChangeOutcome.DONE);
        assertThat(client.stats().inFlight() + client.stats().waiting()).isZero();
        client.assertNothing();
    }

    @Test
    final void aCancelAndAClaimAtTheSameTimeAgreeOnWhoWasFirst() throws Exception {
        JobClient producer = client();
        JobClient consumer = client();
        List<String> ids =
                IntStream.range(0, 60).mapToObj(i -> "job-" + (100 + i)).toList();
        var delivered = ConcurrentHashMap.<String>newKeySet();
        var cancelled = ConcurrentHashMap.<String>newKeySet();
        producer.take(ids.stream().map(JobStoreTests::job).toArray(NewJob[]::new));
        Threads.inParallel(List.of(true, false), claims -> {
            if (claims) {
                await("all jobs are gone", () -> {
                    consumer.claim(1).jobs().forEach(job -> delivered.add(job.id()));
                    return delivered.size() + cancelled.size() >= ids.size();
                });
            } else {
                ids.stream()
                        .filter(id -> producer.cancel(id) == ChangeOutcome.DONE)
                        .forEach(cancelled::add);
            }
            return claims;
        });
        assertThat(delivered).doesNotContainAnyElementsOf(cancelled);
        assertThat(delivered.size() + cancelled.size()).isEqualTo(ids.size());
    }

    @Test
    final void aJobIsPutToAnEarlierTime() throws Exception {
        JobClient client = client();
        client.take(job("a", LONG));
        assertThat(client.reschedule("a", Duration.ZERO)).isEqualTo(ChangeOutcome.DONE);
        ClaimedJob claimed = client.claimed();
        assertThat(claimed.due()).isBeforeOrEqualTo(client.claim(1).at());
        client.assertNothing();
    }

    @Test
    final void aJobIsPutToALaterTime() throws Exception {
        JobClient client = client();
        client.take(job("a"));
        Instant later =
                Instant.ofEpochMilli(client.store.retryHorizon().toMillis()).plus(Duration.ofDays(40_000));
        assertThat(client.reschedule("a", Due.at(later))).isEqualTo(ChangeOutcome.DONE);
        client.assertNothing();
        assertThat(client.find("a").orElseThrow().due()).isEqualTo(later);
    }

    @Test
    final void aJobThatWaitsForItsRetryKeepsItsAttempts() throws Exception {
        JobClient client = client();
        client.take(job("a"));
        client.nack(client.claimed(), LONG);
        assertThat(client.reschedule("a", Duration.ZERO)).isEqualTo(ChangeOutcome.DONE);
        assertThat(client.claimed().attempt()).isEqualTo(2);
    }

    @Test
    final void whoeverLostAJobToANewTimeCannotAnswerIt() throws Exception {
        JobClient client = client();
        client.take(job("a"));
        ClaimedJob lapsed = client.claimed(SHORT);
        await("the timeout ends", () -> client.look().head().isDue());
        assertThat(client.reschedule("a", LONG)).isEqualTo(ChangeOutcome.DONE);
        assertThat(client.ack(lapsed)).isFalse();
        assertThat(client.extend(lapsed, SHORT)).isFalse();
        assertThat(client.nack(lapsed, Duration.ZERO)).isFalse();
        client.assertNothing();
        assertThat(client.stats().inFlight()).isZero();
        assertThat(client.stats().waiting()).isEqualTo(1);
    }

    @Test
    final void aNewTimeIsANewTimeToLive() throws Exception {
        JobClient client = client();
        client.take(withTtl(job("a"), SHORT));
        pass(SHORT.multipliedBy(2));
        assertThat(client.reschedule("a", LONG)).isEqualTo(ChangeOutcome.DONE);
        assertThat(client.claim(1).expired()).isEmpty();
        assertThat(client.find("a")).isPresent();
    }

    @Test
    final void aDeadLetterLivesAgainWithAllItsAttempts() throws Exception {
        JobClient client = client();
        NewJob made = withAttempts(job("a"), 1);
        client.take(made);
        ClaimedJob first = client.claimed();
        client.nack(first, Duration.ZERO);
        pass(Duration.ofMillis(2));
        Instant before = client.claim(1).at();
        assertThat(client.respawn("a")).isTrue();
        assertThat(client.respawn("a")).as("repeated").isTrue();
        assertThat(client.stats().dead()).isZero();
        client.take(made);
        ClaimedJob again = client.claimed();
        assertThat(again.attempt()).isEqualTo(1);
        assertThat(again.due()).isAfterOrEqualTo(before.minusMillis(1)).isAfter(first.due());
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(again.token()).isGreaterThan(first.token());
        assertThat(client.ack(first)).isFalse();
        assertThat(client.ack(again)).isTrue();
        assertThat(client.respawn("a")).as("after its end").isFalse();
        assertThat(client.respawn("never")).isFalse();
    }

    @Test
    final void aRespawnedJobHasNoDedupKey() throws Exception {
        JobClient client = client();
        client.take(withKey(job("a"), Dedup.Mode.REJECT));
        client.nack(client.claimed(), Nack.Kind.DEAD_LETTER, Duration.ZERO);
        client.take(withKey(job("b", LONG), Dedup.Mode.REJECT));
        assertThat(client.respawn("a")).isTrue();
        client.ack(client.claimed());
        assertThat(client.enqueue(withKey(job("c"), Dedup.Mode.REJECT))).containsExactly(EnqueueOutcome.DUPLICATE);
    }

    @Test
    final void aPurgedDeadLetterIsGone() throws Exception {
        JobClient client = client();
        client.take(job("a"), job("b"));
        List<ClaimedJob> jobs = client.claim(2).jobs();
        jobs.forEach(job -> client.nack(job, Nack.Kind.DEAD_LETTER, Duration.ZERO));
        assertThat(client.purge("a")).isTrue();
        assertThat(client.purge("a")).isFalse();
        assertThat(client.purge("never")).isFalse();
        assertThat(client.respawn("a")).isFalse();
        assertThat(client.deadLetters(10)).hasSize(1);
        client.take(job("a"));
    }

    @Test
    final void aLivingJobIsNotPurged() throws Exception {
        JobClient client = client();
        client.take(job("a"));
        assertThat(client.purge("a")).isFalse();
        assertThat(client.claimed().id()).isEqualTo("a");
    }
}
