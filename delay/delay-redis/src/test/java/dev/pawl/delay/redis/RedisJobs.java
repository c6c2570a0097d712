package dev.pawl.delay.redis;

import dev.pawl.common.BackendException;
import dev.pawl.delay.spi.Answers;
import dev.pawl.delay.spi.ClaimAnswer;
import dev.pawl.delay.spi.ClaimAnswer.ClaimedJob;
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
import dev.pawl.delay.spi.Receipt;
import dev.pawl.redis.Redis;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** One client of one partition in Redis, whose requests a test writes by hand. */
final class RedisJobs implements HeadListener {

    static final Duration LONG = Duration.ofMinutes(10);
    private static final EnqueueRequest.Limits WIDE = new EnqueueRequest.Limits(Long.MAX_VALUE, Long.MAX_VALUE);

    final Partition partition = new Partition("q", 3);
    final AtomicInteger missed = new AtomicInteger();
    final AtomicInteger hints = new AtomicInteger();
    final JobSession session;
    private final AtomicLong sequence = new AtomicLong();

    RedisJobs(Redis redis, String namespace, Duration retryHorizon) {
        session = RedisJobStore.of(redis, namespace, retryHorizon).open("traps", this);
    }

    @Override
    public void sooner(Partition of, Head head) {
        hints.incrementAndGet();
    }

    @Override
    public void missed() {
        missed.incrementAndGet();
    }

    static NewJob job(String id) {
        return job(id, Duration.ZERO);
    }

    static NewJob job(String id, Duration delay) {
        return new NewJob(
                id,
                ThreadLocalRandom.current().nextLong(),
                JobBody.of(new byte[100]),
                Due.in(delay),
                new NewJob.Terms(3, Optional.empty()),
                Optional.empty());
    }

    static List<NewJob> jobs(String prefix, int count, Duration delay) {
        return IntStream.range(0, count).mapToObj(i -> job(prefix + i, delay)).toList();
    }

    List<EnqueueOutcome> enqueue(NewJob... jobs) {
        return enqueue(List.of(jobs));
    }

    List<EnqueueOutcome> enqueue(List<NewJob> jobs) {
        return await(sendEnqueue(jobs)).each();
    }

    CompletionStage<Answers<EnqueueOutcome>> sendEnqueue(List<NewJob> jobs) {
        return session.enqueue(new EnqueueRequest(partition, jobs, WIDE, Durability.APPLIED));
    }

    List<ClaimedJob> claim(int most) {
        return claim(most, LONG);
    }

    List<ClaimedJob> claim(int most, Duration visibility) {
        return await(sendClaim("c", sequence.incrementAndGet(), most, visibility))
                .jobs();
    }

    /** The last claim, sent once more. */
    List<ClaimedJob> claimAgain(int most) {
        return await(sendClaim("c", sequence.get(), most, LONG)).jobs();
    }

    CompletionStage<ClaimAnswer> sendClaim(String consumer, long number, int most, Duration visibility) {
        return session.claim(new ClaimRequest(partition, consumer, number, most, visibility));
    }

    List<Boolean> ack(List<ClaimedJob> jobs) {
        return await(session.ack(partition, receipts(jobs))).each();
    }

    static List<Receipt> receipts(List<ClaimedJob> jobs) {
        return jobs.stream().map(ClaimedJob::receipt).toList();
    }

    static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    static BackendException failure(CompletionStage<?> stage) {
        try {
            Object value = stage.toCompletableFuture().join();
            throw new AssertionError("no failure but " + value);
        } catch (CompletionException e) {
            if (e.getCause() instanceof BackendException failure) {
                return failure;
            }
            throw e;
        }
    }
}
