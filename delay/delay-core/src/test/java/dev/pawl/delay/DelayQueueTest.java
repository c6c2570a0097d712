package dev.pawl.delay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.common.LimitExceededException;
import dev.pawl.delay.spi.ChangeOutcome;
import dev.pawl.delay.spi.Dedup;
import dev.pawl.delay.spi.Durability;
import dev.pawl.delay.spi.EnqueueOutcome;
import dev.pawl.delay.spi.EnqueueRequest;
import dev.pawl.delay.spi.JobView;
import dev.pawl.delay.spi.Partition;
import dev.pawl.delay.spi.PartitionStats;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Jobs can be changed, found and counted before they are delivered, and pulled instead of pushed. */
final class DelayQueueTest extends DelayFixture {

    private final DelayQueue<String> queue = queue();

    @Test
    void aJobCanBeCancelledAndPutToAnotherTime() {
        queue.enqueue(job("a").after(SECOND));
        assertThat(queue.reschedule(queue.job("a"), Duration.ofMinutes(5))).isEqualTo(ChangeOutcome.DONE);
        Instant later = Instant.parse("2100-01-01T00:00:00Z");
        assertThat(queue.reschedule(queue.job("a"), later)).isEqualTo(ChangeOutcome.DONE);
        assertThat(queue.find(queue.job("a")).orElseThrow().due()).isEqualTo(later);
        queue.consume(this::note, OPTIONS);
        pass(SECOND);
        assertThat(queue.cancel(queue.job("a"))).isEqualTo(ChangeOutcome.DONE);
        assertThat(queue.cancel(queue.job("never"))).isEqualTo(ChangeOutcome.NOT_FOUND);
        queue.enqueue(job("b").at(later));
        assertThat(queue.runNow(queue.job("b"))).isEqualTo(ChangeOutcome.DONE);
        run();
        assertThat(handled).containsExactly("b");
    }

    @Test
    void aJobWithoutAnIdIsAJobOfItsOwn() {
        EnqueueResult first = queue.enqueue(DelayedJob.of("x").after(SECOND));
        EnqueueResult second = queue.enqueue(DelayedJob.of("x").after(SECOND));
        assertThat(first.job()).isNotEqualTo(second.job());
        assertThat(queue.cancel(first.job())).isEqualTo(ChangeOutcome.DONE);
        assertThat(queue.stats().get(0).waiting()).isEqualTo(1);
    }

    @Test
    void aDuplicateIsAResult() {
        assertThat(queue.enqueue(job("a")).isTaken()).isTrue();
        EnqueueResult again = queue.enqueue(job("a"));
        assertThat(again.isTaken()).isFalse();
        assertThat(again.outcome()).isEqualTo(EnqueueOutcome.DUPLICATE);
    }

    @Test
    void jobsSpreadOverPartitionsAndEqualKeysMeet() {
        DelayQueue<String> wide = queue(client(), QueueOptions.defaults().withPartitions(8));
        List<EnqueueResult> results = wide.enqueueAll(IntStream.range(0, 200)
                .mapToObj(i -> job("job-" + i).after(SECOND))
                .toList());
        assertThat(results.stream().map(result -> result.job().partition()).distinct())
                .hasSize(8);
        assertThat(results)
                .allSatisfy(result -> assertThat(wide.job(result.job().id())).isEqualTo(result.job()));
        List<Partition> ofKey = IntStream.range(0, 20)
                .mapToObj(i -> wide.enqueue(job("keyed-" + i).dedup("key", Dedup.Mode.REPLACE)))
                .map(result -> result.job().partition())
                .distinct()
                .toList();
        assertThat(ofKey).hasSize(1);
        wide.consume(this::note, OPTIONS.withConcurrency(300));
        pass(SECOND.multipliedBy(2));
        assertThat(handled).hasSize(201);
    }

    @Test
    void aFullQueueIsAnError() {
        DelayQueue<String> narrow =
                queue(client(), QueueOptions.defaults().withLimits(new EnqueueRequest.Limits(1, 1_000)));
        narrow.enqueue(job("a"));
        assertThatThrownBy(() -> narrow.enqueue(job("b")))
                .isInstanceOf(LimitExceededException.class)
                .hasMessageContaining("at most 1 jobs");
    }

    @Test
    void aPayloadThatIsTooLargeIsAnError() {
        DelayQueue<String> narrow = queue(client(), QueueOptions.defaults().withMaxPayload(10));
        narrow.enqueue(DelayedJob.of("1234567"));
        assertThatThrownBy(() -> narrow.enqueue(DelayedJob.of("12345678")))
                .isInstanceOf(LimitExceededException.class)
                .hasMessageContaining("bytes=11");
    }

    @Test
    void aDurabilityThatIsNotOfferedIsRefused() {
        assertThatThrownBy(() -> queue.enqueue(job("a").durability(Durability.REPLICATED)))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("REPLICATED");
        assertThat(store.count("enqueue")).isZero();
    }

    @Test
    void whatIsThereCanBeSeen() {
        queue.enqueueAll(List.of(job("b").after(SECOND.multipliedBy(2)), job("a").after(SECOND)));
        assertThat(queue.peek(10).stream().map(JobView::id)).containsExactly("a", "b");
        List<String> scanned = new ArrayList<>();
        queue.scan(view -> scanned.add(view.id()));
        assertThat(scanned).containsExactlyInAnyOrder("a", "b");
        assertThat(queue.stats()).containsExactly(new PartitionStats(2, 0, 0, 0, 8, false));
        assertThat(queue.drain()).isEqualTo(2);
        assertThat(queue.peek(10)).isEmpty();
    }

    @Test
    void aPausedQueueDeliversNothingUntilItIsResumed() {
        queue.consume(this::note, OPTIONS);
        queue.pause();
        queue.enqueue(job("a"));
        pass(SECOND.multipliedBy(3));
        assertThat(handled).isEmpty();
        queue.resume();
        run();
        assertThat(handled).containsExactly("a");
    }

    @Test
    void aDeadLetterCanLiveAgainOrGo() {
        JobConsumer first = queue.consume(delivery -> delivery.deadLetter("broken"), OPTIONS);
        queue.enqueueAll(List.of(job("a"), job("b")));
        run();
        first.close();
        DeadLetterBox<String> box = queue.deadLetters();
        assertThat(box.peek(10)).hasSize(2);
        assertThat(box.peek(1)).hasSize(1);
        assertThat(box.purge(queue.job("b"))).isTrue();
        assertThat(box.respawn(queue.job("a"))).isTrue();
        assertThat(box.respawn(queue.job("b"))).isFalse();
        queue.consume(this::note, OPTIONS);
        pass(SECOND);
        assertThat(handled).containsExactly("a");
        assertThat(told(DelayEvent.Died.class)).hasSize(2);
    }

    @Test
    void anExpiredJobIsToldOf() {
        queue.enqueue(job("a").ttl(SECOND));
        time.pass(SECOND.multipliedBy(2));
        queue.consume(this::note, OPTIONS);
        pass(SECOND);
        assertThat(handled).isEmpty();
        assertThat(told(DelayEvent.Expired.class)).hasSize(1);
    }
}
