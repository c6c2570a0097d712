package dev.pawl.delay;

import dev.pawl.delay.spi.ClaimAnswer;
import dev.pawl.delay.spi.ClaimAnswer.ClaimedJob;
import dev.pawl.delay.spi.Nack;
import dev.pawl.delay.spi.Partition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/** The consumer behind a queue's polls: it claims as much as those who wait have asked for. Thread-safe. */
final class Puller<T> implements Feed.Intake {

    /** One call that waits. */
    private static final class Waiting<T> {
        final int most;
        final CompletableFuture<List<Delivery<T>>> result = new CompletableFuture<>();

        Waiting(int most) {
            this.most = most;
        }
    }

    private final DelayContext context;
    private final DelayQueue<T> queue;
    private final ConsumerOptions options;
    private final List<Feed> feeds = new ArrayList<>();
    private final Queue<Waiting<T>> waiting = new ConcurrentLinkedQueue<>();
    /** How many of those who wait no claim is under way for. */
    private final AtomicInteger unserved = new AtomicInteger();

    private volatile boolean closed;

    Puller(DelayContext context, DelayQueue<T> queue, ConsumerOptions options) {
        this.context = context;
        this.queue = queue;
        this.options = options;
        String consumer = context.newConsumer();
        for (Partition partition : queue.partitions()) {
            feeds.add(new Feed(context, partition, consumer, options, this));
        }
        feeds.forEach(Feed::begin);
    }

    CompletionStage<List<Delivery<T>>> poll(int most, Duration wait) {
        Waiting<T> call = new Waiting<>(most);
        waiting.add(call);
        unserved.incrementAndGet();
        Timers.Timer timer = context.timers().schedule(wait.toNanos(), () -> end(call));
        CompletionStage<List<Delivery<T>>> result = call.result;
        result.whenComplete((jobs, failure) -> timer.cancel());
        feeds.forEach(Feed::lookSoon);
        if (closed) {
            // Its timer may have ended with the queues.
            end(call);
        }
        return result;
    }

    /** Waits for what {@link #poll} gives; an interrupt gives back what comes all the same. */
    List<Delivery<T>> polled(int most, Duration wait) throws InterruptedException {
        CompletionStage<List<Delivery<T>>> result = poll(most, wait);
        try {
            return result.toCompletableFuture().get();
        } catch (InterruptedException e) {
            result.thenAccept(this::giveBack);
            throw e;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a poll cannot fail", e);
        }
    }

    private void end(Waiting<T> call) {
        if (waiting.remove(call)) {
            unserved.decrementAndGet();
            call.result.complete(List.of());
        }
    }

    @Override
    public int reserve(int most) {
        Waiting<T> next = waiting.peek();
        if (next == null || unserved.getAndUpdate(count -> count > 0 ? count - 1 : count) <= 0) {
            return 0;
        }
        return Math.min(most, next.most);
    }

    @Override
    public long roomInNanos() {
        return Long.MAX_VALUE;
    }

    @Override
    public boolean isAccepting() {
        return unserved.get() > 0;
    }

    @Override
    public void take(Partition partition, ClaimAnswer answer, long sentAt, int reserved) {
        unserved.incrementAndGet();
        answer.expired().forEach(id -> context.tell(new DelayEvent.Expired(new JobHandle(partition, id))));
        answer.dead()
                .forEach(id -> context.tell(
                        new DelayEvent.Died(new JobHandle(partition, id), "its last attempt was not answered")));
        List<Delivery<T>> jobs = new ArrayList<>();
        Delivery.Term term = new Delivery.Term(sentAt, options.visibility());
        for (ClaimedJob job : answer.jobs()) {
            Optional<Delivery<T>> delivery = queue.delivery(partition, job, term);
            delivery.ifPresent(jobs::add);
        }
        if (!jobs.isEmpty()) {
            hand(jobs);
        }
        if (unserved.get() > 0) {
            feeds.forEach(Feed::room);
        }
    }

    private void hand(List<Delivery<T>> jobs) {
        Waiting<T> next = waiting.poll();
        int begin = 0;
        while (next != null && begin < jobs.size()) {
            int end = Math.min(jobs.size(), begin + next.most);
            unserved.decrementAndGet();
            if (next.result.complete(List.copyOf(jobs.subList(begin, end)))) {
                begin = end;
            }
            next = begin < jobs.size() ? waiting.poll() : null;
        }
        // Whoever asked has gone: nothing was begun.
        giveBack(jobs.subList(begin, jobs.size()));
    }

    private void giveBack(List<Delivery<T>> jobs) {
        jobs.forEach(job -> job.nacked(Nack.Kind.GIVE_BACK, Duration.ZERO, "nobody waits any more"));
    }

    void close() {
        closed = true;
        feeds.forEach(Feed::close);
        waiting.forEach(this::end);
    }
}
