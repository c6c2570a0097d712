package dev.pawl.delay.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.delay.spi.ClaimAnswer;
import dev.pawl.delay.spi.ClaimRequest;
import dev.pawl.delay.spi.Due;
import dev.pawl.delay.spi.Durability;
import dev.pawl.delay.spi.EnqueueOutcome;
import dev.pawl.delay.spi.EnqueueRequest;
import dev.pawl.delay.spi.Head;
import dev.pawl.delay.spi.HeadListener;
import dev.pawl.delay.spi.JobBody;
import dev.pawl.delay.spi.JobSession;
import dev.pawl.delay.spi.NewJob;
import dev.pawl.delay.spi.Partition;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What holds to the millisecond; the rest is the kit's. */
final class InMemoryJobStoreTest {

    private static final Partition PARTITION = new Partition("q", 0);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private static final class StandingClock extends Clock {
        Instant now = Instant.parse("2026-02-03T04:05:06.789123Z");

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }
    }

    private final StandingClock clock = new StandingClock();
    private final InMemoryJobStore store = new InMemoryJobStore(clock, MINUTE);
    private final JobSession session = store.open("session", new HeadListener() {
        @Override
        public void sooner(Partition partition, Head head) {}

        @Override
        public void missed() {}
    });
    private long sequence;

    @Test
    void aJobIsDueAtItsMillisecondAndNotBefore() {
        enqueue(1, Duration.ofMillis(10), Optional.empty());
        pass(Duration.ofNanos(10_876_000));
        assertThat(claim().jobs())
                .as("10.999 ms after a start within a millisecond")
                .isEmpty();
        pass(Duration.ofNanos(1_000));
        assertThat(claim().jobs()).hasSize(1);
    }

    @Test
    void aTimeToLiveEndsAtItsMillisecond() {
        enqueue(1, Duration.ZERO, Optional.of(MINUTE));
        pass(MINUTE.minusMillis(1));
        assertThat(claim().jobs()).hasSize(1);
        enqueue(2, "b", Duration.ZERO, Optional.of(MINUTE));
        pass(MINUTE);
        assertThat(claim().expired()).containsExactly("b");
    }

    @Test
    void theSecondUseOfAnIdIsRememberedForItsOwnTime() {
        enqueue(1, Duration.ZERO, Optional.empty());
        finish();
        pass(MINUTE.dividedBy(2));
        enqueue(2, Duration.ZERO, Optional.empty());
        finish();
        pass(MINUTE.dividedBy(2));
        enqueue(2, Duration.ZERO, Optional.empty());
        assertThat(claim().jobs()).as("the second one, repeated").isEmpty();
    }

    @Test
    void nothingStaysOfWhatIsFinished() {
        enqueue(1, Duration.ZERO, Optional.empty());
        finish();
        assertThat(store.size()).isPositive();
        pass(MINUTE);
        assertThat(store.size()).isZero();
    }

    @Test
    void aRetryHorizonIsASecondAtLeast() {
        assertThatThrownBy(() -> new InMemoryJobStore(clock, Duration.ofMillis(999)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("retryHorizon must be >= 1 s: retryHorizon=PT0.999S");
    }

    private void pass(Duration time) {
        clock.now = clock.now.plus(time);
    }

    private void enqueue(long request, Duration delay, Optional<Duration> ttl) {
        enqueue(request, "a", delay, ttl);
    }

    private void enqueue(long request, String id, Duration delay, Optional<Duration> ttl) {
        NewJob job = new NewJob(
                id, request, JobBody.of(new byte[1]), Due.in(delay), new NewJob.Terms(9, ttl), Optional.empty());
        EnqueueRequest.Limits limits = new EnqueueRequest.Limits(9, 99);
        assertThat(session.enqueue(new EnqueueRequest(PARTITION, List.of(job), limits, Durability.APPLIED))
                        .toCompletableFuture()
                        .join()
                        .each())
                .containsExactly(EnqueueOutcome.TAKEN);
    }

    private ClaimAnswer claim() {
        return session.claim(new ClaimRequest(PARTITION, "consumer", ++sequence, 9, Duration.ofHours(1)))
                .toCompletableFuture()
                .join();
    }

    private void finish() {
        session.ack(PARTITION, List.of(claim().jobs().get(0).receipt()))
                .toCompletableFuture()
                .join();
    }
}
