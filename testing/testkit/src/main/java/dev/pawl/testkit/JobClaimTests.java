package dev.pawl.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.delay.spi.ClaimAnswer;
import dev.pawl.delay.spi.ClaimAnswer.ClaimedJob;
import dev.pawl.delay.spi.DeadLetter;
import dev.pawl.delay.spi.JobBody;
import dev.pawl.delay.spi.JobStore;
import dev.pawl.delay.spi.NewJob;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A due job is given to one consumer at a time, and to another when that one does not answer. */
abstract class JobClaimTests extends JobDedupTests {

    @Test
    final void dueJobsComeEarliestFirst() throws Exception {
        JobClient client = client();
        client.take(job("b", Duration.ofMillis(20)), job("a", Duration.ofMillis(40)), job("c"), job("d", LONG));
        await("three jobs are due", () -> client.stats().due() == 3);
        List<ClaimedJob> jobs = client.claim(10).jobs();
        assertThat(jobs.stream().map(ClaimedJob::id)).containsExactly("c", "b", "a");
        assertThat(jobs.stream().map(ClaimedJob::token)).isSorted().doesNotHaveDuplicates();
    }

    @Test
    final void noMoreJobsComeThanWereAskedFor() throws Exception {
        JobClient client = client();
        client.take(job("a"), job("b"), job("c"));
        assertThat(client.claim(2).jobs()).hasSize(2);
        assertThat(client.claim(2).jobs()).hasSize(1);
    }

    @Test
    final void aJobInFlightIsNotGivenAgainUntilItsVisibilityTimeoutEnds() throws Exception {
        JobClient client = client();
        JobClient other = client();
        Instant before = client.claim(1).at();
        client.take(job("a"));
        ClaimedJob first = client.claimed(SHORT);
        assertThat(first.attempt()).isEqualTo(1);
        ClaimedJob second = awaitJob(other);
        assertThat(other.claim(1).at()).isAfterOrEqualTo(before.plus(SHORT));
        assertThat(second.attempt()).isEqualTo(2);
        assertThat(second.due()).isEqualTo(first.due());
        assertThat(second.token()).isGreaterThan(first.token());
        other.assertNothing();
    }

    @Test
    final void aVisibilityTimeoutIsNotShorterThanAskedFor() throws Exception {
        JobClient client = client();
        client.take(job("a"));
        Instant before = client.claim(2, SHORT).at();
        await("the job comes again", () -> {
            ClaimAnswer answer = client.claim(1);
            assertThat(answer.jobs().isEmpty() || !answer.at().isBefore(before.plus(SHORT)))
                    .as("claim at %s of what was claimed at %s for %s", answer.at(), before, SHORT)
                    .isTrue();
            return !answer.jobs().isEmpty();
        });
    }

    @Test
    final void manyConsumersNeverGetTheSameJob() throws Exception {
        JobClient producer = client();
        int count = 400;
        producer.take(IntStream.range(0, count).mapToObj(i -> job("job-" + i)).toArray(NewJob[]::new));
        List<JobClient> consumers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            consumers.add(client());
        }
        List<List<ClaimedJob>> given = Threads.inParallel(consumers, consumer -> {
            List<ClaimedJob> mine = new ArrayList<>();
            while (mine.addAll(consumer.claim(7).jobs())) {
                mine.forEach(job -> assertThat(job.attempt()).isEqualTo(1));
            }
            return mine;
        });
        List<ClaimedJob> all = given.stream().flatMap(List::stream).toList();
        assertThat(all.stream().map(ClaimedJob::id).distinct()).hasSize(count);
        assertThat(all.stream().map(ClaimedJob::token).distinct()).hasSize(count);
        assertThat(all).hasSize(count);
    }

    @Test
    final void aRepeatedClaimIsAnsweredTheSame() throws Exception {
        JobClient client = client();
        client.take(job("a"), job("b"), job("c"));
        ClaimAnswer first = client.claim(2);
        ClaimAnswer again = client.claimAgain(2);
        assertThat(again.jobs()).isEqualTo(first.jobs()).hasSize(2);
        assertThat(client.claimAgain(1).jobs()).isEqualTo(first.jobs());
        assertThat(client.stats().inFlight()).isEqualTo(2);
        assertThat(client.claim(2).jobs()).hasSize(1);
    }

    @Test
    final void aRepeatedClaimThatFoundNothingFindsNothing() throws Exception {
        JobClient client = client();
        client.assertNothing();
        client.take(job("a"));
        assertThat(client.claimAgain(1).jobs()).isEmpty();
        assertThat(client.claim(1).jobs()).hasSize(1);
    }

    @Test
    final void aRepeatedClaimGivesOnlyWhatStillStands() throws Exception {
        JobClient client = client();
        JobClient other = client();
        client.take(job("acked"), job("nacked"), job("stands"), job("lapsed"));
        List<ClaimedJob> given = client.claim(10, LONG).jobs();
        assertThat(given).hasSize(4);
        client.ack(of(given, "acked"));
        client.nack(of(given, "nacked"), LONG);
        client.extend(of(given, "lapsed"), SHORT);
        assertThat(awaitJob(other).id()).isEqualTo("lapsed");
        assertThat(client.claimAgain(10).jobs()).containsExactly(of(given, "stands"));
    }

    @Test
    final void aClaimThatComesLateGetsNothing() throws Exception {
        JobClient client = client();
        client.take(job("a"), job("b"));
        assertThat(client.claim(7, 1, LONG).jobs()).hasSize(1);
        assertThat(client.claim(6, 1, LONG).jobs()).isEmpty();
        assertThat(client.claim(8, 1, LONG).jobs()).hasSize(1);
        assertThat(client.claim(7, 1, LONG).jobs()).isEmpty();
    }

    @Test
    final void theSequencesOfConsumersAndPartitionsDoNotTouch() throws Exception {
        JobStore store = store(LONG);
        JobClient client = client(store, partition());
        JobClient other = client(store, partition());
        client.take(job("a"), job("b"));
        assertThat(client.claim(5, 1, LONG).jobs()).hasSize(1);
        assertThat(other.claim(5, 1, LONG).jobs()).hasSize(1);
        JobClient elsewhere = client(store, partition("", 1));
        elsewhere.take(job("c"));
        assertThat(elsewhere.claim(5, 1, LONG).jobs()).hasSize(1);
    }

    @Test
    final void tokensFollowTheStoresClockAndRise() throws Exception {
        JobClient client = client();
        Instant before = client.claim(1).at();
        client.take(job("a"), job("b"));
        ClaimAnswer answer = client.claim(2);
        long first = answer.jobs().get(0).token();
        assertThat(first).isBetween(micros(before), micros(answer.at()) + 1);
        assertThat(answer.jobs().get(1).token()).isEqualTo(first + 1);
        client.nack(answer.jobs().get(0), Duration.ZERO);
        assertThat(client.claimed().token()).isGreaterThan(first + 1);
    }

    @Test
    final void aClaimIsAnsweredWithFewerJobsRatherThanWithTooManyBytes() throws Exception {
        JobClient client = client();
        int third = JobStore.GREATEST_REPLY_BYTES * 2 / 5;
        for (String id : List.of("a", "b", "c")) {
            client.take(withBody(job(id), JobBody.of(new byte[third])));
        }
        assertThat(client.claim(10).jobs()).hasSize(2);
        ClaimedJob last = client.claimed();
        assertThat(last.attempt()).isEqualTo(1);
        assertThat(last.body().size()).isEqualTo(third);
    }

    @Test
    final void aJobThatIsLargerThanAReplyComesAlone() throws Exception {
        JobClient client = client();
        int large = JobStore.GREATEST_REPLY_BYTES + 1;
        client.take(withBody(job("a"), JobBody.of(new byte[large])));
        client.take(job("b"));
        await("both are claimed, one by one", () -> client.stats().due() == 2);
        List<ClaimedJob> first = client.claim(10).jobs();
        assertThat(first.stream().map(ClaimedJob::id)).containsExactly("a");
        assertThat(client.claimed().id()).isEqualTo("b");
    }

    @Test
    final void aJobIsDroppedWhenItsTimeToLiveIsOver() throws Exception {
        JobClient client = client();
        NewJob made = withTtl(job("a", Duration.ofMillis(20)), SHORT);
        client.take(made, withTtl(job("b", Duration.ofMillis(20)), LONG));
        Instant due = client.find("a").orElseThrow().due();
        awaitTime(due.plus(SHORT));
        ClaimAnswer answer = client.claim(10);
        assertThat(answer.expired()).containsExactly("a");
        assertThat(answer.jobs().stream().map(ClaimedJob::id)).containsExactly("b");
        client.take(made);
        client.assertNothing();
        assertThat(client.deadLetters(10)).isEmpty();
        assertThat(client.stats().waiting()).isZero();
    }

    @Test
    final void aJobIsDeliveredUntilItsTimeToLiveIsOverAndThatDoesNotEndADelivery() throws Exception {
        JobClient client = client();
        client.take(withTtl(job("a"), Duration.ofSeconds(5)));
        ClaimedJob claimed = client.claimed();
        pass(Duration.ofSeconds(5));
        assertThat(client.claim(1).expired()).isEmpty();
        assertThat(client.ack(claimed)).isTrue();
    }

    @Test
    final void aJobWhoseLastAttemptIsNotAnsweredBecomesADeadLetter() throws Exception {
        JobClient client = client();
        client.take(withAttempts(job("a"), 2));
        client.nack(client.claimed(), Duration.ZERO);
        assertThat(client.claimed(SHORT).attempt()).isEqualTo(2);
        List<String> dead = new ArrayList<>();
        await("it is dead", () -> {
            ClaimAnswer answer = client.claim(1);
            assertThat(answer.jobs()).isEmpty();
            return dead.addAll(answer.dead());
        });
        assertThat(dead).containsExactly("a");
        assertThat(client.deadLetters(10).stream().map(DeadLetter::id)).containsExactly("a");
        assertThat(client.find("a")).isEmpty();
        assertThat(client.stats().inFlight()).isZero();
    }

    @Test
    final void whatIsDroppedCountsForWhatWasAskedFor() throws Exception {
        JobClient client = client();
        client.take(withTtl(job("a"), Duration.ofMillis(1)), withTtl(job("b"), Duration.ofMillis(1)));
        client.take(job("c", Duration.ofMillis(1)));
        Instant last = client.find("c").orElseThrow().due();
        awaitTime(last.plusMillis(2));
        ClaimAnswer answer = client.claim(2);
        assertThat(answer.expired()).containsExactlyInAnyOrder("a", "b");
        assertThat(answer.jobs()).isEmpty();
        assertThat(answer.head().isDue()).isTrue();
        assertThat(client.claimed().id()).isEqualTo("c");
    }

    @Test
    final void everyAnswerShowsTheNextTimeThatSomethingIsDue() throws Exception {
        JobClient client = client();
        assertThat(client.claim(1).head().exists()).isFalse();
        client.take(job("a", LONG));
        assertThat(client.look().head().dueInMillis()).isBetween(1L, LONG.toMillis() + 1);
        client.take(job("b"));
        assertThat(client.look().head().isDue()).isTrue();
        ClaimAnswer answer = client.claim(1, Duration.ofMinutes(1));
        assertThat(answer.head().dueInMillis()).isBetween(1L, 60_001L);
        client.ack(answer.jobs().get(0));
        assertThat(client.look().head().dueInMillis()).isBetween(60_001L, LONG.toMillis() + 1);
        assertThat(client.claim(1).head().dueInMillis()).isGreaterThan(60_001L);
    }

    static ClaimedJob of(List<ClaimedJob> jobs, String id) {
        return jobs.stream().filter(job -> job.id().equals(id)).findFirst().orElseThrow();
    }

    private static long micros(Instant time) {
        return TimeUnit.SECONDS.toMicros(time.getEpochSecond()) + time.getNano() / 1_000;
    }
}
