package dev.pawl.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.delay.spi.ChangeOutcome;
import dev.pawl.delay.spi.ClaimAnswer;
import dev.pawl.delay.spi.ClaimAnswer.ClaimedJob;
import dev.pawl.delay.spi.ClaimRequest;
import dev.pawl.delay.spi.DeadLetter;
import dev.pawl.delay.spi.Due;
import dev.pawl.delay.spi.Durability;
import dev.pawl.delay.spi.EnqueueOutcome;
import dev.pawl.delay.spi.EnqueueRequest;
import dev.pawl.delay.spi.Head;
import dev.pawl.delay.spi.HeadListener;
import dev.pawl.delay.spi.JobSession;
import dev.pawl.delay.spi.JobStore;
import dev.pawl.delay.spi.JobView;
import dev.pawl.delay.spi.Nack;
import dev.pawl.delay.spi.NewJob;
import dev.pawl.delay.spi.Page;
import dev.pawl.delay.spi.Partition;
import dev.pawl.delay.spi.PartitionState;
import dev.pawl.delay.spi.PartitionStats;
import dev.pawl.delay.spi.Presence;
import dev.pawl.delay.spi.Receipt;
import dev.pawl.delay.spi.Reschedule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/** One client of one partition of a job store, whose requests a test writes by hand. */
final class JobClient implements HeadListener {

    static final EnqueueRequest.Limits WIDE = new EnqueueRequest.Limits(Long.MAX_VALUE, Long.MAX_VALUE);

    /** A hint that came. */
    record Hint(Partition partition, Head head) {}

    final JobStore store;
    final Partition partition;
    final JobSession session;
    final String consumer = "tck-" + UUID.randomUUID();
    final Queue<Hint> hints = new ConcurrentLinkedQueue<>();
    private final AtomicLong sequence = new AtomicLong();

    JobClient(JobStore store, Partition partition) {
        this.store = store;
        this.partition = partition;
        this.session = store.open("tck-" + UUID.randomUUID(), this);
    }

    @Override
    public void sooner(Partition of, Head head) {
        hints.add(new Hint(of, head));
    }

    /** Tests look by themselves. */
    @Override
    public void missed() {}

    List<EnqueueOutcome> enqueue(NewJob... jobs) {
        return enqueue(WIDE, jobs);
    }

    List<EnqueueOutcome> enqueue(EnqueueRequest.Limits limits, NewJob... jobs) {
        EnqueueRequest request = new EnqueueRequest(partition, List.of(jobs), limits, Durability.APPLIED);
        return Threads.await(session.enqueue(request)).each();
    }

    /** Enqueues what is taken. */
    void take(NewJob... jobs) {
        assertThat(enqueue(jobs)).containsOnly(EnqueueOutcome.TAKEN);
    }

    ClaimAnswer claim(int most) {
        return claim(most, JobStoreTests.LONG);
    }

    ClaimAnswer claim(int most, Duration visibility) {
        return claim(sequence.incrementAndGet(), most, visibility);
    }

    ClaimAnswer claim(long number, int most, Duration visibility) {
        return Threads.await(session.claim(new ClaimRequest(partition, consumer, number, most, visibility)));
    }

    /** The last claim, sent once more. */
    ClaimAnswer claimAgain(int most) {
        return claim(sequence.get(), most, JobStoreTests.LONG);
    }

    /** Claims the one job that is due. */
    ClaimedJob claimed() {
        return claimed(JobStoreTests.LONG);
    }

    ClaimedJob claimed(Duration visibility) {
        List<ClaimedJob> jobs = claim(JobStore.GREATEST_BATCH, visibility).jobs();
        assertThat(jobs).as("jobs that are due").hasSize(1);
        return jobs.get(0);
    }

    /** Nothing is due. */
    void assertNothing() {
        assertThat(claim(JobStore.GREATEST_BATCH).jobs())
                .as("jobs that are due")
                .isEmpty();
    }

    boolean ack(ClaimedJob job) {
        return Threads.await(session.ack(partition, List.of(job.receipt())))
                .each()
                .get(0);
    }

    boolean nack(ClaimedJob job, Duration delay) {
        return nack(job, Nack.Kind.RETRY, delay);
    }

    boolean nack(ClaimedJob job, Nack.Kind kind, Duration delay) {
        Nack nack = new Nack(job.receipt(), kind, delay, "no");
        return Threads.await(session.nack(partition, List.of(nack))).each().get(0);
    }

    boolean extend(ClaimedJob job, Duration visibility) {
        List<Receipt> receipts = List.of(job.receipt());
        return Threads.await(session.extend(partition, receipts, visibility))
                .each()
                .get(0);
    }

    ChangeOutcome cancel(String id) {
        return Threads.await(session.cancel(partition, List.of(id))).each().get(0);
    }

    ChangeOutcome reschedule(String id, Duration delay) {
        return reschedule(id, Due.in(delay));
    }

    ChangeOutcome reschedule(String id, Due due) {
        List<Reschedule> changes = List.of(new Reschedule(id, due));
        return Threads.await(session.reschedule(partition, changes)).each().get(0);
    }

    boolean respawn(String id) {
        return Threads.await(session.respawn(partition, List.of(id))).each().get(0);
    }

    boolean purge(String id) {
        return Threads.await(session.purge(partition, List.of(id))).each().get(0);
    }

    Optional<JobView> find(String id) {
        return Threads.await(session.find(partition, List.of(id))).get(0);
    }

    PartitionStats stats() {
        return Threads.await(session.stats(partition));
    }

    PartitionState look() {
        return Threads.await(session.look(partition));
    }

    PartitionState announce(boolean accepting, Duration lasting) {
        return Threads.await(session.announce(partition, new Presence(consumer, accepting, lasting)));
    }

    Head pause(boolean paused) {
        return Threads.await(session.pause(partition, paused));
    }

    void watch() {
        Threads.await(session.watch(partition));
    }

    List<JobView> scanned(int most) {
        return pages(cursor -> session.scan(partition, cursor, most));
    }

    List<DeadLetter> deadLetters(int most) {
        return pages(cursor -> session.deadLetters(partition, cursor, most));
    }

    private static <T> List<T> pages(Function<String, CompletionStage<Page<T>>> scan) {
        List<T> found = new ArrayList<>();
        Optional<String> cursor = Optional.of(Page.FIRST);
        while (cursor.isPresent()) {
            Page<T> page = Threads.await(scan.apply(cursor.get()));
            found.addAll(page.items());
            cursor = page.next();
        }
        return found;
    }
}
