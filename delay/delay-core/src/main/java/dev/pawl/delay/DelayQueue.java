package dev.pawl.delay;

import dev.pawl.common.LimitExceededException;
import dev.pawl.delay.spi.ChangeOutcome;
import dev.pawl.delay.spi.ClaimAnswer.ClaimedJob;
import dev.pawl.delay.spi.Dedup;
import dev.pawl.delay.spi.Due;
import dev.pawl.delay.spi.Durability;
import dev.pawl.delay.spi.EnqueueOutcome;
import dev.pawl.delay.spi.JobBody;
import dev.pawl.delay.spi.JobStore;
import dev.pawl.delay.spi.JobView;
import dev.pawl.delay.spi.Nack;
import dev.pawl.delay.spi.NewJob;
import dev.pawl.delay.spi.Page;
import dev.pawl.delay.spi.Partition;
import dev.pawl.delay.spi.PartitionStats;
import dev.pawl.delay.spi.Reschedule;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A queue of delayed jobs. Every job that was taken is delivered at least once: not before it is due by the store's clock, and again
 * until it is acknowledged, has no attempt or no time to live left, or is cancelled.
 *
 * <p>Thread-safe. Methods block for the store's answer unless they say otherwise, and are not interrupted; what the store did not answer is
 * asked again, at most for the {@link DelayQueues.Builder#patience patience}, and then ends with a
 * {@link dev.pawl.common.BackendException}. After {@link DelayQueues#close} they throw {@link IllegalStateException}.
 *
 * @param <T> the payload
 */
public final class DelayQueue<T> {

    private static final Logger LOG = LoggerFactory.getLogger(DelayQueue.class);

    private final DelayContext context;
    private final String name;
    private final PayloadCodec<T> codec;
    private final QueueOptions options;
    private final List<Partition> partitions;
    private final List<Lanes> lanes;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Puller<T> puller;

    DelayQueue(DelayContext context, String name, PayloadCodec<T> codec, QueueOptions options) {
        this.context = context;
        this.name = name;
        this.codec = codec;
        this.options = options;
        partitions = IntStream.range(0, options.partitions())
                .mapToObj(number -> new Partition(name, number))
                .toList();
        lanes = partitions.stream()
                .map(partition -> new Lanes(context, partition, options.limits()))
                .toList();
    }

    /**
     * Returns the queue's name.
     *
     * @return the name
     */
    public String name() {
        return name;
    }

    /**
     * Takes a job in.
     *
     * @param job the job
     * @return what became of it
     * @throws LimitExceededException if the partition is full, or the payload is too large
     * @throws UnsupportedOperationException if the store does not offer the durability
     * @throws dev.pawl.common.BackendException if the store does not answer; if the outcome is unknown, the job may have been taken
     */
    public EnqueueResult enqueue(DelayedJob<T> job) {
        return Requests.joined(submit(job));
    }

    /**
     * Takes a job in, without blocking.
     *
     * @param job the job
     * @return what {@link #enqueue} returns, or fails with what it throws; what depends on it runs on the callbacks' executor
     */
    public CompletableFuture<EnqueueResult> enqueueAsync(DelayedJob<T> job) {
        return submit(job).thenApplyAsync(result -> result, context.callbacks).toCompletableFuture();
    }

    /**
     * Takes jobs in, each by itself, in as few requests as the store allows.
     *
     * @param jobs the jobs
     * @return what became of each, in their order
     * @throws LimitExceededException if one was not taken for that reason; others may have been taken
     * @throws UnsupportedOperationException if the store does not offer the durability
     * @throws dev.pawl.common.BackendException if the store does not answer; some may have been taken
     */
    public List<EnqueueResult> enqueueAll(List<DelayedJob<T>> jobs) {
        List<CompletionStage<EnqueueResult>> results =
                jobs.stream().map(this::submit).toList();
        return results.stream().map(Requests::joined).toList();
    }

    private CompletionStage<EnqueueResult> submit(DelayedJob<T> job) {
        context.requireOpen();
        Durability durability = job.durability().orElse(options.durability());
        context.store.guarantees().require(durability);
        Envelope envelope = new Envelope(job.headers(), JobBody.of(codec.encode(job.payload())));
        String id = job.id().orElseGet(DelayQueue::newId);
        NewJob made = job.made(id, ThreadLocalRandom.current().nextLong(), envelope);
        if (made.body().size() > options.maxPayload()) {
            throw new LimitExceededException("payload with its headers must be at most " + options.maxPayload()
                    + " bytes: bytes=" + made.body().size() + ", queue=" + name);
        }
        Lanes lane = lanes.get(place(job.dedup().map(Dedup::key).orElse(id)));
        JobHandle handle = new JobHandle(lane.partition, id);
        return lane.enqueue(durability).submit(made).thenApply(sent -> enqueued(handle, sent.answer()));
    }

    private EnqueueResult enqueued(JobHandle handle, EnqueueOutcome outcome) {
        context.tell(new DelayEvent.Enqueued(handle, outcome));
        if (outcome == EnqueueOutcome.FULL) {
            throw new LimitExceededException(
                    "partition must hold at most " + options.limits().jobs() + " jobs and "
                            + options.limits().bodyBytes() + " bytes: partition=" + handle.partition());
        }
        return new EnqueueResult(handle, outcome);
    }

    /** An id that nobody else has. */
    static String newId() {
        UUID random = UUID.randomUUID();
        return Long.toUnsignedString(random.getMostSignificantBits(), 36)
                + Long.toUnsignedString(random.getLeastSignificantBits(), 36);
    }

    private int place(String key) {
        return (int) Long.remainderUnsigned(Ranking.mixed(key.hashCode()), partitions.size());
    }

    /**
     * Names a job that was enqueued with an id and without a dedup key. Asks nobody.
     *
     * @param id the id
     * @return the job's name, whether or not there is such a job
     */
    public JobHandle job(String id) {
        return new JobHandle(partitions.get(place(id)), id);
    }

    /**
     * Cancels a job.
     *
     * @param job names it
     * @return {@link ChangeOutcome#DONE} if it will never be delivered, also when it was cancelled before
     */
    public ChangeOutcome cancel(JobHandle job) {
        return Requests.answer(
                        context,
                        job.partition(),
                        "cancel",
                        () -> context.session.cancel(job.partition(), List.of(job.id())))
                .each()
                .get(0);
    }

    /**
     * Gives a job another due time by the store's clock.
     *
     * @param job names it
     * @param time rounded up to a millisecond
     * @return what became of the wish
     */
    public ChangeOutcome reschedule(JobHandle job, Instant time) {
        return reschedule(job, Due.at(time));
    }

    /**
     * Puts a job off, or brings it forward.
     *
     * @param job names it
     * @param delay how long from now by the store's clock, zero or more
     * @return what became of the wish
     */
    public ChangeOutcome reschedule(JobHandle job, Duration delay) {
        return reschedule(job, Due.in(delay));
    }

    /**
     * Lets a job be due now.
     *
     * @param job names it
     * @return what became of the wish
     */
    public ChangeOutcome runNow(JobHandle job) {
        return reschedule(job, new Due.In(0));
    }

    private ChangeOutcome reschedule(JobHandle job, Due due) {
        List<Reschedule> changes = List.of(new Reschedule(job.id(), due));
        var answer = Requests.answer(
                context, job.partition(), "reschedule", () -> context.session.reschedule(job.partition(), changes));
        context.sooner(job.partition(), answer.head());
        return answer.each().get(0);
    }

    /**
     * Finds a job. Dead letters are not found.
     *
     * @param job names it
     * @return what is known of it
     */
    public Optional<JobView> find(JobHandle job) {
        return Requests.answer(
                        context,
                        job.partition(),
                        "find",
                        () -> context.session.find(job.partition(), List.of(job.id())))
                .get(0);
    }

    /**
     * Shows the jobs that are visible next.
     *
     * @param most how many, in [1, 1,000]
     * @return jobs over all partitions, the one visible earliest first
     */
    public List<JobView> peek(int most) {
        return partitions.stream()
                .flatMap(partition ->
                        Requests.answer(context, partition, "peek", () -> context.session.peek(partition, most))
                                .stream())
                .sorted(Comparator.comparing(JobView::visibleIn))
                .limit(most)
                .toList();
    }

    /**
     * Shows every job, in no order. What comes or goes meanwhile may be shown or not, or twice.
     *
     * @param each gets each job, on this thread
     */
    public void scan(Consumer<JobView> each) {
        partitions.forEach(partition -> scan(partition, each));
    }

    private void scan(Partition partition, Consumer<JobView> each) {
        Optional<String> cursor = Optional.of(Page.FIRST);
        while (cursor.isPresent()) {
            String from = cursor.get();
            Page<JobView> page = Requests.answer(
                    context, partition, "scan", () -> context.session.scan(partition, from, JobStore.GREATEST_BATCH));
            page.items().forEach(each);
            cursor = page.next();
        }
    }

    /**
     * Counts what is there.
     *
     * @return the counts of each partition
     */
    public List<PartitionStats> stats() {
        return partitions.stream()
                .map(partition -> Requests.answer(context, partition, "stats", () -> context.session.stats(partition)))
                .toList();
    }

    /** Stops deliveries for all clients. Jobs can be enqueued, and what is in flight goes on. */
    public void pause() {
        pause(true);
    }

    /** Resumes deliveries for all clients. */
    public void resume() {
        pause(false);
    }

    private void pause(boolean paused) {
        for (Partition partition : partitions) {
            context.sooner(
                    partition,
                    Requests.answer(context, partition, "pause", () -> context.session.pause(partition, paused)));
        }
    }

    /**
     * Cancels every job that no consumer has. What is enqueued meanwhile may stay.
     *
     * @return how many were cancelled
     */
    public long drain() {
        long drained = 0;
        for (Partition partition : partitions) {
            Set<String> ids = new LinkedHashSet<>();
            scan(partition, view -> ids.add(view.id()));
            List<String> all = List.copyOf(ids);
            for (int from = 0; from < all.size(); from += JobStore.GREATEST_BATCH) {
                List<String> batch = all.subList(from, Math.min(all.size(), from + JobStore.GREATEST_BATCH));
                drained +=
                        Requests.answer(context, partition, "cancel", () -> context.session.cancel(partition, batch))
                                .each()
                                .stream()
                                .filter(outcome -> outcome == ChangeOutcome.DONE)
                                .count();
            }
        }
        return drained;
    }

    /**
     * Returns the queue's dead letters.
     *
     * @return the dead letters
     */
    public DeadLetterBox<T> deadLetters() {
        return new DeadLetterBox<>(context, partitions, codec);
    }

    /**
     * Begins a consumer. Does not block.
     *
     * @param handler does the work
     * @param wanted how jobs are taken
     * @return the consumer, which must be closed
     */
    public JobConsumer consume(JobHandler<T> handler, ConsumerOptions wanted) {
        context.requireOpen();
        return context.begin(new Workers<>(context, this, handler, wanted, context.handlers));
    }

    /**
     * Takes due jobs, and waits for some if there are none. The caller answers each, within the visibility timeout of 30 seconds or what
     * {@link Delivery#extend} makes of it: nothing is extended by itself.
     *
     * @param most how many at most, in [1, 1,000]
     * @param wait how long to wait for the first
     * @return jobs of one partition; none if nothing was due in time
     * @throws InterruptedException if the wait is interrupted; jobs that come all the same are given back
     */
    public List<Delivery<T>> poll(int most, Duration wait) throws InterruptedException {
        JobStore.requireMost(most);
        context.requireOpen();
        return puller().polled(most, wait);
    }

    private Puller<T> puller() {
        lock.lock();
        try {
            if (puller == null) {
                puller = new Puller<>(context, this, ConsumerOptions.defaults());
                context.atClose(puller::close);
            }
            return puller;
        } finally {
            lock.unlock();
        }
    }

    List<Partition> partitions() {
        return partitions;
    }

    Lanes lanes(Partition partition) {
        return lanes.get(partition.number());
    }

    /** A delivery of what was claimed; nothing if it is no payload, and the job becomes a dead letter. */
    Optional<Delivery<T>> delivery(Partition partition, ClaimedJob job, Delivery.Term term) {
        try {
            Envelope envelope = Envelope.of(job.body());
            T payload = codec.decode(envelope.payload().bytes());
            return Optional.of(new Delivery<>(context, lanes(partition), job, payload, envelope.headers(), term));
        } catch (RuntimeException e) {
            String reason = "payload cannot be read: " + e;
            JobHandle handle = new JobHandle(partition, job.id());
            LOG.warn("A payload cannot be read, its job is a dead letter: job={}, token={}", handle, job.token(), e);
            lanes(partition).nack.submit(new Nack(job.receipt(), Nack.Kind.DEAD_LETTER, Duration.ZERO, reason));
            context.tell(new DelayEvent.Died(handle, reason));
            return Optional.empty();
        }
    }
}
