package dev.pawl.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pawl.delay.spi.ChangeOutcome;
import dev.pawl.delay.spi.ClaimAnswer.ClaimedJob;
import dev.pawl.delay.spi.Due;
import dev.pawl.delay.spi.Durability;
import dev.pawl.delay.spi.EnqueueOutcome;
import dev.pawl.delay.spi.EnqueueRequest;
import dev.pawl.delay.spi.EnqueueRequest.Limits;
import dev.pawl.delay.spi.JobBody;
import dev.pawl.delay.spi.JobStore;
import dev.pawl.delay.spi.Nack;
import dev.pawl.delay.spi.NewJob;
import dev.pawl.delay.spi.Partition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Jobs are taken once, however often they are sent. */
abstract class JobEnqueueTests extends JobStoreTests {

    @Test
    final void aJobIsNeverDeliveredBeforeItIsDue() throws Exception {
        JobClient client = client();
        Instant before = client.claim(1).at();
        client.take(job("a", SHORT));
        ClaimedJob claimed = awaitJob(client);
        assertThat(claimed.due()).isAfterOrEqualTo(before.plus(SHORT));
        assertThat(client.find("a").orElseThrow().due()).isEqualTo(claimed.due());
        assertThat(client.claim(1).at()).isAfterOrEqualTo(claimed.due());
    }

    @Test
    final void noClaimGivesAJobBeforeTheStoresClockHasReachedItsTime() throws Exception {
        JobClient client = client();
        Instant due = Instant.ofEpochMilli(client.claim(1).at().plus(SHORT).toEpochMilli());
        client.take(job("a", Due.at(due)));
        await("the job comes", () -> {
            var answer = client.claim(1);
            assertThat(answer.jobs().isEmpty() || !answer.at().isBefore(due))
                    .as("claim at %s of what is due at %s", answer.at(), due)
                    .isTrue();
            return !answer.jobs().isEmpty();
        });
        assertThat(client.find("a").orElseThrow().due()).isEqualTo(due);
    }

    @Test
    final void aJobWhoseTimeHasPassedIsDueAtOnce() throws Exception {
        JobClient client = client();
        client.take(job("a", Due.at(Instant.EPOCH.plusSeconds(7))));
        assertThat(client.claimed().due()).isEqualTo(Instant.EPOCH.plusSeconds(7));
    }

    @Test
    final void theLatestTimeIsKept() throws Exception {
        JobClient client = client();
        client.take(job("at", new Due.At(Due.GREATEST_MILLIS)), job("in", new Due.In(Due.GREATEST_MILLIS)));
        Instant last = Instant.ofEpochMilli(Due.GREATEST_MILLIS);
        assertThat(client.find("at").orElseThrow().due()).isEqualTo(last);
        assertThat(client.find("in").orElseThrow().due()).isEqualTo(last);
    }

    @Test
    final void aBodyIsDeliveredAsItWas() throws Exception {
        JobClient client = client();
        byte[] every = new byte[70_000];
        IntStream.range(0, every.length).forEach(i -> every[i] = (byte) (i + i / 256));
        for (byte[] bytes : List.of(every, new byte[0], new byte[1])) {
            client.take(withBody(job("a"), JobBody.of(bytes)));
            ClaimedJob claimed = client.claimed();
            assertThat(claimed.body().bytes()).isEqualTo(bytes);
            assertThat(client.find("a").orElseThrow().body().bytes()).isEqualTo(bytes);
            client.ack(claimed);
        }
    }

    @Test
    final void everyIdIsAJobOfItsOwn() throws Exception {
        JobClient client = client();
        List<String> ids = List.of(
                "a",
                "A",
                " a",
                "a ",
                "ä",
                "\u00e4\u0000",
                "{a}",
                "a:b",
                "a|b",
                "\ud83d\ude00",
                "0",
                "1",
                "01",
                "1.0",
                "nan",
                "%41",
                "a\nb",
                "x".repeat(256));
        client.take(ids.stream().map(JobStoreTests::job).toArray(NewJob[]::new));
        List<ClaimedJob> claimed = client.claim(100).jobs();
        assertThat(claimed.stream().map(ClaimedJob::id)).containsExactlyInAnyOrderElementsOf(ids);
        assertThat(claimed).allSatisfy(job -> {
            assertThat(job.body()).isEqualTo(body("body of " + job.id()));
            assertThat(client.ack(job)).isTrue();
        });
        assertThat(client.stats().inFlight()).isZero();
    }

    @Test
    final void partitionsDoNotTouch() throws Exception {
        List<Partition> partitions = List.of(
                partition("q", 0), partition("q", 1), partition("Q", 0), partition("q/0", 0), partition("q}", 0));
        for (Partition partition : partitions) {
            client(partition).take(job("a", Due.in(Duration.ZERO), partition.toString()));
        }
        for (Partition partition : partitions) {
            JobClient client = client(partition);
            ClaimedJob claimed = client.claimed();
            assertThat(claimed.body()).isEqualTo(body(partition.toString()));
            assertThat(client.ack(claimed)).isTrue();
        }
        JobStore store = store(LONG);
        assertThat(partitions.stream().map(store::issuer).distinct()).hasSameSizeAs(partitions);
    }

    @Test
    final void aRepeatedEnqueueIsTakenOnce() throws Exception {
        JobClient client = client();
        NewJob made = job("a");
        client.take(made);
        client.take(made, made);
        ClaimedJob claimed = client.claimed();
        client.take(made);
        assertThat(client.ack(claimed)).isTrue();
        client.assertNothing();
    }

    @Test
    final void aRepeatedEnqueueOfAFinishedJobDoesNotBringItBack() throws Exception {
        JobClient client = client();
        NewJob acked = job("acked");
        NewJob cancelled = job("cancelled");
        NewJob dead = job("dead");
        client.take(acked);
        client.ack(client.claimed());
        client.take(cancelled);
        assertThat(client.cancel("cancelled")).isEqualTo(ChangeOutcome.DONE);
        client.take(dead);
        client.nack(client.claimed(), Nack.Kind.DEAD_LETTER, Duration.ZERO);
        client.take(acked, cancelled, dead);
        client.assertNothing();
        assertThat(client.purge("dead")).isTrue();
        client.take(acked, cancelled, dead);
        client.assertNothing();
        assertThat(client.stats().waiting() + client.stats().dead()).isZero();
    }

    @Test
    final void anotherRequestOfALivingIdIsADuplicate() throws Exception {
        JobClient client = client();
        client.take(job("a", Due.in(Duration.ZERO), "first"));
        assertThat(client.enqueue(job("a"))).containsExactly(EnqueueOutcome.DUPLICATE);
        ClaimedJob claimed = client.claimed();
        assertThat(claimed.body()).isEqualTo(body("first"));
        assertThat(client.enqueue(job("a"))).containsExactly(EnqueueOutcome.DUPLICATE);
        client.nack(claimed, Nack.Kind.DEAD_LETTER, Duration.ZERO);
        assertThat(client.enqueue(job("a"))).containsExactly(EnqueueOutcome.DUPLICATE);
    }

    @Test
    final void anIdMayBeUsedAgainOnceItIsFinished() throws Exception {
        JobClient client = client();
        client.take(job("a"));
        ClaimedJob first = client.claimed();
        client.ack(first);
        client.take(job("a", Due.in(Duration.ZERO), "second"));
        ClaimedJob second = client.claimed();
        assertThat(second.body()).isEqualTo(body("second"));
        assertThat(second.attempt()).isEqualTo(1);
        assertThat(second.token()).isGreaterThan(first.token());
    }

    @Test
    final void whatComesLateOfAnIdsFirstUseDoesNotTouchTheSecond() throws Exception {
        JobClient client = client();
        NewJob made = job("a");
        client.take(made);
        ClaimedJob first = client.claimed();
        client.ack(first);
        client.take(job("a", Due.in(Duration.ZERO), "second"));
        client.take(made);
        assertThat(client.ack(first)).isTrue();
        assertThat(client.nack(first, Duration.ZERO)).isFalse();
        ClaimedJob second = client.claimed();
        assertThat(second.body()).isEqualTo(body("second"));
        assertThat(client.ack(first)).isTrue();
        assertThat(client.extend(first, SHORT)).isFalse();
        assertThat(client.ack(second)).isTrue();
    }

    @Test
    final void whatIsFinishedIsForgottenAfterTheRetryHorizon() throws Exception {
        JobClient client = client(store(Duration.ofSeconds(1)), partition());
        NewJob made = job("a");
        client.take(made);
        ClaimedJob claimed = client.claimed();
        Instant begun = client.claim(1).at();
        client.ack(claimed);
        await("the same request is a new one", () -> {
            client.take(made);
            return client.find("a").isPresent();
        });
        assertThat(client.claim(1).at()).isAfterOrEqualTo(begun.plusSeconds(1));
    }

    @Test
    final void aFullPartitionTakesNoMoreJobs() throws Exception {
        JobClient client = client();
        Limits two = new Limits(2, Long.MAX_VALUE);
        NewJob third = job("c");
        assertThat(client.enqueue(two, job("a"), job("b", LONG), third, job("d")))
                .containsExactly(EnqueueOutcome.TAKEN, EnqueueOutcome.TAKEN, EnqueueOutcome.FULL, EnqueueOutcome.FULL);
        ClaimedJob claimed = client.claimed();
        assertThat(client.enqueue(two, third)).containsExactly(EnqueueOutcome.FULL);
        client.nack(claimed, Nack.Kind.DEAD_LETTER, Duration.ZERO);
        assertThat(client.enqueue(two, third)).containsExactly(EnqueueOutcome.FULL);
        client.purge("a");
        assertThat(client.enqueue(two, third)).containsExactly(EnqueueOutcome.TAKEN);
        assertThat(client.enqueue(two, third)).as("repeated").containsExactly(EnqueueOutcome.TAKEN);
        client.ack(client.claimed());
        assertThat(client.enqueue(two, job("e"))).containsExactly(EnqueueOutcome.TAKEN);
    }

    @Test
    final void aFullPartitionTakesNoMoreBytes() throws Exception {
        JobClient client = client();
        Limits ten = new Limits(Long.MAX_VALUE, 10);
        NewJob four = withBody(job("a"), JobBody.of(new byte[4]));
        NewJob six = withBody(job("b", LONG), JobBody.of(new byte[6]));
        NewJob one = withBody(job("c"), JobBody.of(new byte[1]));
        assertThat(client.enqueue(ten, four, six, one))
                .containsExactly(EnqueueOutcome.TAKEN, EnqueueOutcome.TAKEN, EnqueueOutcome.FULL);
        assertThat(client.stats().bodyBytes()).isEqualTo(10);
        client.nack(client.claimed(), Nack.Kind.DEAD_LETTER, Duration.ZERO);
        assertThat(client.enqueue(ten, one)).containsExactly(EnqueueOutcome.FULL);
        client.purge("a");
        client.cancel("b");
        assertThat(client.stats().bodyBytes()).isZero();
        assertThat(client.enqueue(ten, one)).containsExactly(EnqueueOutcome.TAKEN);
    }

    @Test
    final void aGreatestBatchIsTakenInOneRequest() throws Exception {
        JobClient client = client();
        NewJob[] jobs = IntStream.range(0, JobStore.GREATEST_BATCH)
                .mapToObj(i -> job("job-" + i))
                .toArray(NewJob[]::new);
        client.take(jobs);
        assertThat(client.claim(JobStore.GREATEST_BATCH).jobs()).hasSize(JobStore.GREATEST_BATCH);
    }

    @Test
    final void aDurabilityThatTheStoreDoesNotOfferIsRefused() throws Exception {
        JobClient client = client();
        for (Durability durability : Durability.values()) {
            if (!client.store.guarantees().durabilities().contains(durability)) {
                EnqueueRequest request =
                        new EnqueueRequest(client.partition, List.of(job("a")), JobClient.WIDE, durability);
                assertThatThrownBy(() -> Threads.await(client.session.enqueue(request)))
                        .isInstanceOf(UnsupportedOperationException.class);
            }
        }
        client.assertNothing();
    }

    @Test
    final void whatTheStoresClockDoesWhenItIsSetBackIsToDelayWhatIsPending() throws Exception {
        JobClient client = client();
        client.take(job("old", SHORT), job("first"));
        ClaimedJob first = client.claimed();
        Instant before = client.claim(1).at();
        assumeTrue(setBack(LONG), "this test cannot set the store's clock back");
        client.take(job("new", SHORT));
        ClaimedJob fresh = awaitJob(client);
        assertThat(fresh.id()).as("due after the step, by the clock as it is").isEqualTo("new");
        assertThat(client.claim(1).at()).isBefore(before);
        assertThat(fresh.token()).isGreaterThan(first.token());
        assertThat(client.look().clockBehind()).isPositive();
        assertThat(client.find("old").map(view -> view.visibleIn().compareTo(SHORT) > 0))
                .isEqualTo(Optional.of(true));
    }
}
