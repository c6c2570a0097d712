package dev.pawl.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.delay.spi.ClaimAnswer.ClaimedJob;
import dev.pawl.delay.spi.ClaimRequest;
import dev.pawl.delay.spi.DeadLetter;
import dev.pawl.delay.spi.JobStore;
import dev.pawl.delay.spi.JobView;
import dev.pawl.delay.spi.Nack;
import dev.pawl.delay.spi.NewJob;
import dev.pawl.delay.spi.PartitionStats;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a partition holds can be seen, its claims can be stopped, and consumers know of each other and of new heads. */
abstract class JobLookTests extends JobChangeTests {

    @Test
    final void peekShowsWhatIsVisibleNext() throws Exception {
        JobClient client = client();
        client.take(job("c", LONG), job("a", Duration.ofMinutes(1)), job("b", Duration.ofMinutes(2)));
        client.take(job("now"));
        client.claimed(Duration.ofSeconds(90));
        List<JobView> seen = Threads.await(client.session.peek(client.partition, 3));
        assertThat(seen.stream().map(JobView::id)).containsExactly("a", "now", "b");
        assertThat(seen.stream().map(JobView::inFlight)).containsExactly(false, true, false);
        assertThat(seen.stream().map(JobView::attempt)).containsExactly(0, 1, 0);
        assertThat(seen.get(0).visibleIn())
                .isBetween(Duration.ofMillis(1), Duration.ofMinutes(1).plusMillis(1));
        assertThat(seen.get(2).body()).isEqualTo(body("body of b"));
        assertThat(seen.get(2).attempts()).isEqualTo(100);
    }

    @Test
    final void aScanFindsEveryJob() throws Exception {
        JobClient client = client();
        List<String> ids = IntStream.range(0, 700).mapToObj(i -> "job-" + i).toList();
        client.take(ids.stream().map(id -> job(id, LONG)).toArray(NewJob[]::new));
        assertThat(client.scanned(50).stream().map(JobView::id).distinct()).containsExactlyInAnyOrderElementsOf(ids);
        assertThat(client.scanned(JobStore.GREATEST_BATCH)).hasSizeGreaterThanOrEqualTo(ids.size());
        assertThat(client("empty").scanned(50)).isEmpty();
    }

    @Test
    final void aScanFindsEveryDeadLetter() throws Exception {
        JobClient client = client();
        client.take(IntStream.range(0, 150).mapToObj(i -> job("job-" + i)).toArray(NewJob[]::new));
        List<ClaimedJob> jobs = client.claim(JobStore.GREATEST_BATCH).jobs();
        List<Nack> nacks = jobs.stream()
                .map(job -> new Nack(job.receipt(), Nack.Kind.DEAD_LETTER, Duration.ZERO, "no"))
                .toList();
        Threads.await(client.session.nack(client.partition, nacks));
        assertThat(client.deadLetters(20).stream().map(DeadLetter::id).distinct())
                .containsExactlyInAnyOrderElementsOf(
                        jobs.stream().map(ClaimedJob::id).toList());
    }

    @Test
    final void statsCountWhatIsThere() throws Exception {
        JobClient client = client();
        assertThat(client.stats()).isEqualTo(new PartitionStats(0, 0, 0, 0, 0, false));
        client.take(job("due"), job("claimed"), job("dead"), job("later", LONG));
        List<ClaimedJob> jobs = client.claim(3).jobs();
        client.nack(of(jobs, "due"), Duration.ZERO);
        client.nack(of(jobs, "dead"), Nack.Kind.DEAD_LETTER, Duration.ZERO);
        long bytes = Stream.of("due", "claimed", "dead", "later")
                .mapToLong(id -> body("body of " + id).size())
                .sum();
        await("the retry is due", () -> client.stats().due() == 1);
        assertThat(client.stats()).isEqualTo(new PartitionStats(2, 1, 1, 1, bytes, false));
        client.pause(true);
        assertThat(client.stats().paused()).isTrue();
    }

    @Test
    final void looksChangeNothing() throws Exception {
        JobClient client = client();
        client.take(job("a"));
        PartitionStats before = client.stats();
        client.find("a");
        client.scanned(10);
        client.look();
        Threads.await(client.session.peek(client.partition, 10));
        assertThat(client.stats()).isEqualTo(before);
        assertThat(client.claimed().attempt()).isEqualTo(1);
    }

    @Test
    final void aPausedPartitionGivesNothingUntilItIsResumed() throws Exception {
        JobClient client = client();
        JobClient other = client();
        client.take(job("a"), job("b"));
        ClaimedJob before = client.claim(1).jobs().get(0);
        assertThat(other.pause(true).exists()).isFalse();
        assertThat(client.look().paused()).isTrue();
        assertThat(client.look().head().exists()).isFalse();
        other.assertNothing();
        assertThat(client.claimAgain(1).jobs()).containsExactly(before);
        client.take(job("c"));
        assertThat(client.extend(before, LONG)).isTrue();
        assertThat(client.ack(before)).isTrue();
        assertThat(other.pause(false).isDue()).isTrue();
        assertThat(client.claim(10).jobs()).hasSize(2);
    }

    @Test
    final void consumersThatAcceptAreSeenByAll() throws Exception {
        JobClient client = client();
        JobClient other = client();
        JobClient elsewhere = client(partition("", 1));
        assertThat(client.announce(true, LONG).accepting()).containsExactly(client.consumer);
        assertThat(other.announce(true, LONG).accepting()).containsExactlyInAnyOrder(client.consumer, other.consumer);
        assertThat(elsewhere.look().accepting()).isEmpty();
        assertThat(client.announce(false, LONG).accepting()).containsExactly(other.consumer);
        client.announce(true, LONG);
        other.announce(true, Duration.ZERO);
        assertThat(client.look().accepting()).containsExactly(client.consumer);
    }

    @Test
    final void aConsumerThatSaysNothingIsForgotten() throws Exception {
        JobClient client = client();
        JobClient other = client();
        other.announce(true, LONG);
        client.announce(true, SHORT);
        await("it is forgotten", () -> client.look().accepting().equals(List.of(other.consumer)));
    }

    @Test
    final void whoeverWatchesIsToldOfASoonerHead() throws Exception {
        JobClient client = client();
        JobClient watcher = client();
        watcher.watch();
        told(watcher, () -> client.take(job("a", LONG)));
        told(watcher, () -> client.take(job("b", Duration.ofMinutes(1))));
        told(watcher, () -> client.reschedule("a", Duration.ZERO));
        ClaimedJob claimed = client.claimed();
        told(watcher, () -> client.nack(claimed, Duration.ZERO));
        ClaimedJob again = client.claimed();
        client.nack(again, Nack.Kind.DEAD_LETTER, Duration.ZERO);
        told(watcher, () -> client.respawn("a"));
        client.pause(true);
        told(watcher, () -> client.pause(false));
        assertThat(watcher.hints)
                .allSatisfy(hint -> assertThat(hint.partition()).isEqualTo(client.partition));
    }

    @Test
    final void aHintShowsTheHead() throws Exception {
        JobClient client = client();
        JobClient watcher = client();
        watcher.watch();
        client.take(job("a", LONG));
        await("the hint comes", () -> !watcher.hints.isEmpty());
        assertThat(watcher.hints.element().head().dueInMillis()).isBetween(1L, LONG.toMillis() + 1);
    }

    @Test
    final void whoeverDoesNotWatchIsNotTold() throws Exception {
        JobClient client = client();
        JobClient watcher = client();
        JobClient former = client();
        JobClient elsewhere = client(partition("", 1));
        former.watch();
        watcher.watch();
        elsewhere.watch();
        former.session.unwatch(former.partition);
        client.take(job("a", LONG));
        told(watcher, () -> client.take(job("b")));
        assertThat(elsewhere.hints).isEmpty();
        assertThat(former.hints).isEmpty();
        assertThat(client.hints).isEmpty();
    }

    @Test
    final void aClosedSessionFailsAndLeavesItsDeliveries() throws Exception {
        JobClient client = client();
        JobClient other = client();
        client.take(job("a"));
        ClaimedJob claimed = client.claimed();
        client.session.close();
        List<Consumer<JobClient>> calls = List.of(
                closed -> closed.take(job("b")),
                closed -> closed.claim(1),
                closed -> closed.ack(claimed),
                closed -> closed.cancel("a"),
                JobClient::stats,
                JobClient::look,
                JobClient::watch);
        assertThat(calls)
                .allSatisfy(call -> assertThatThrownBy(() -> call.accept(client))
                        .isInstanceOfSatisfying(
                                BackendException.class,
                                failure -> assertThat(failure.outcome()).isEqualTo(Outcome.NOT_APPLIED)));
        other.assertNothing();
        assertThat(other.ack(claimed)).isTrue();
    }

    @Test
    final void aBatchOfNoneAndOneTooLargeAreRefused() throws Exception {
        JobClient client = client();
        List<String> many = IntStream.rangeClosed(0, JobStore.GREATEST_BATCH)
                .mapToObj(i -> "job-" + i)
                .toList();
        for (List<String> wrong : List.of(List.<String>of(), many)) {
            assertThatThrownBy(() -> Threads.await(client.session.cancel(client.partition, wrong)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> Threads.await(client.session.find(client.partition, wrong)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> new ClaimRequest(client.partition, client.consumer, 1, 0, LONG))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Threads.await(client.session.peek(client.partition, JobStore.GREATEST_BATCH + 1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private JobClient client(String partition) throws Exception {
        return client(partition(partition, 0));
    }

    private void told(JobClient watcher, Runnable change) {
        watcher.hints.clear();
        change.run();
        await("the hint comes", () -> !watcher.hints.isEmpty());
    }
}
