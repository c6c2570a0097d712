package dev.pawl.delay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.delay.spi.EnqueueRequest;
import dev.pawl.delay.spi.JobStore;
import dev.pawl.delay.spi.NewJob;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What queued while a request was under way travels in the next one, within bounds. */
final class BatcherTest extends DelayFixture {

    private final DelayQueue<String> queue = queue();

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
    void aRequestHasNoMorePartsThanTheStoreTakes() {
        assertThat(sizes(enqueuedBehindOne(queue, 2_500, "")))
                .containsExactly(1, JobStore.GREATEST_BATCH, JobStore.GREATEST_BATCH, 500);
    }

    @Test
    void aRequestHasNoMoreBytesThanTheStoreTakes() {
        assertThat(enqueuedBehindOne(queue, 50, "x".repeat(250_000)))
                .hasSizeGreaterThan(2)
                .allSatisfy(request -> assertThat(request.jobs().stream()
                                .mapToInt(job -> job.body().size())
                                .sum())
                        .isLessThanOrEqualTo(JobStore.GREATEST_REPLY_BYTES));
    }

    @Test
    void aPartThatIsLargerThanThatTravelsAlone() {
        DelayQueue<String> roomy = queue(client(), QueueOptions.defaults().withMaxPayload(16 << 20));
        assertThat(sizes(enqueuedBehindOne(roomy, 2, "x".repeat(9_000_000)))).containsExactly(1, 1, 1);
    }

    private List<EnqueueRequest> enqueuedBehindOne(DelayQueue<String> to, int count, String filling) {
        store.hold("enqueue");
        CompletableFuture<EnqueueResult> first = to.enqueueAsync(job("first"));
        var others = IntStream.range(0, count)
                .mapToObj(i -> to.enqueueAsync(DelayedJob.of(filling + i)))
                .toList();
        store.release();
        assertThat(first).isCompleted();
        assertThat(others).allSatisfy(done -> assertThat(done).isCompleted());
        return store.calls.stream()
                .filter(call -> call.method().equals("enqueue"))
                .map(call -> (EnqueueRequest) call.arguments().get(0))
                .toList();
    }

    private static List<Integer> sizes(List<EnqueueRequest> requests) {
        return requests.stream().map(request -> request.jobs().size()).toList();
    }
}
