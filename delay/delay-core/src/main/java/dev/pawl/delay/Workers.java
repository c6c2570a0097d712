package dev.pawl.delay;

import dev.pawl.delay.spi.ClaimAnswer;
import dev.pawl.delay.spi.ClaimAnswer.ClaimedJob;
import dev.pawl.delay.spi.Nack;
import dev.pawl.delay.spi.Partition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The handlers of one consumer and the jobs that it has: what is reserved for a claim, what waits here for a handler, and what
 * is handled or being answered, together at most {@code maxInFlight}. Thread-safe.
 */
final class Workers<T> implements Feed.Intake {

    private static final Logger LOG = LoggerFactory.getLogger(Workers.class);

    private final DelayContext context;
    private final DelayQueue<T> queue;
    private final JobHandler<T> handler;
    private final ConsumerOptions options;
    private final Executor threads;
    private final Extensions extensions;
    private final RateLimit rate;
    private final int worthAClaim;
    private final List<Feed> feeds = new ArrayList<>();
    private final Queue<Delivery<T>> ready = new ConcurrentLinkedQueue<>();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger running = new AtomicInteger();
    private final CompletableFuture<Void> idle = new CompletableFuture<>();
    private volatile boolean closed;

    Workers(
            DelayContext context,
            DelayQueue<T> queue,
            JobHandler<T> handler,
            ConsumerOptions options,
            Executor threads) {
        this.context = context;
        this.queue = queue;
        this.handler = handler;
        this.options = options;
        this.threads = threads;
        this.extensions = new Extensions(context, options.visibility());
        this.rate = new RateLimit(options.ratePerSecond(), context.nanos());
        // Claims of one job each would cost the store more than the jobs do.
        this.worthAClaim = Math.max(1, (options.maxInFlight() - options.concurrency()) / 2);
        String consumer = context.newConsumer();
        for (Partition partition : queue.partitions()) {
            feeds.add(new Feed(context, partition, consumer, options, this));
        }
    }

    void begin() {
        feeds.forEach(Feed::begin);
    }

    @Override
    public int reserve(int most) {
        while (!closed) {
            int used = inFlight.get();
            int free = options.maxInFlight() - used;
            if (free < worthAClaim) {
                return 0;
            }
            int allowed = rate.take(Math.min(free, most), context.nanos());
            if (allowed == 0) {
                return 0;
            }
            if (inFlight.compareAndSet(used, used + allowed)) {
                return allowed;
            }
            rate.giveBack(allowed);
        }
        return 0;
    }

    @Override
    public long roomInNanos() {
        return isAccepting() ? Math.max(1_000_000, rate.nextInNanos(context.nanos())) : Long.MAX_VALUE;
    }

    @Override
    public boolean isAccepting() {
        return !closed && options.maxInFlight() - inFlight.get() >= worthAClaim;
    }

    @Override
    public void take(Partition partition, ClaimAnswer answer, long sentAt, int reserved) {
        answer.expired().forEach(id -> context.tell(new DelayEvent.Expired(new JobHandle(partition, id))));
        answer.dead()
                .forEach(id -> context.tell(
                        new DelayEvent.Died(new JobHandle(partition, id), "its last attempt was not answered")));
        Delivery.Term term = new Delivery.Term(sentAt, options.visibility());
        for (ClaimedJob job : answer.jobs()) {
            queue.delivery(partition, job, term)
                    .ifPresentOrElse(
                            delivery -> {
                                context.tell(new DelayEvent.Delivered(
                                        delivery.job(), job.attempt(), Duration.between(job.due(), answer.at())));
                                extensions.begin(delivery, queue.lanes(partition), term);
                                delivery.ended().whenComplete((held, failure) -> release(1));
                                begin(delivery);
                            },
                            () -> release(1));
        }
        int unused = reserved - answer.jobs().size();
        if (unused > 0) {
            rate.giveBack(unused);
            release(unused);
        }
    }

    private void release(int count) {
        int before = inFlight.getAndAdd(-count);
        if (closed) {
            endIfIdle();
        } else if (options.maxInFlight() - before + count >= worthAClaim) {
            feeds.forEach(Feed::room);
        }
    }

    private void begin(Delivery<T> delivery) {
        if (closed) {
            giveBack(delivery);
            return;
        }
        ready.add(delivery);
        start();
        if (closed) {
            // Whoever closed it may have looked before this one came.
            giveBackReady();
        }
    }

    /** One worker more, if one may run and there is anything for it. */
    private void start() {
        int count = running.get();
        while (count < options.concurrency() && !ready.isEmpty()) {
            if (running.compareAndSet(count, count + 1)) {
                execute();
                return;
            }
            count = running.get();
        }
    }

    private void execute() {
        try {
            threads.execute(this::work);
        } catch (RejectedExecutionException e) {
            running.decrementAndGet();
            LOG.error("The executor takes no more handlers, jobs are given back: queue={}", queue.name(), e);
            giveBackReady();
        }
    }

    private void work() {
        try {
            Delivery<T> delivery = ready.poll();
            while (delivery != null) {
                handle(delivery);
                // An interrupt is meant for this thread: the next handler gets another one.
                delivery = Thread.currentThread().isInterrupted() ? null : ready.poll();
            }
        } finally {
            running.decrementAndGet();
            // What came after the last look found no room among the running.
            start();
        }
    }

    private void handle(Delivery<T> delivery) {
        if (!delivery.isValid()) {
            delivery.drop();
            return;
        }
        try {
            handler.handle(delivery);
            delivery.acked();
        } catch (Throwable failure) {
            failed(delivery, failure);
        }
    }

    private void failed(Delivery<T> delivery, Throwable failure) {
        if (failure instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        context.tell(new DelayEvent.HandlerFailed(delivery.job(), delivery.attempt(), failure));
        LOG.warn("A handler failed: delivery={}", delivery, failure);
        Duration wait = options.backoff().delay(delivery.attempt());
        delivery.nacked(Nack.Kind.RETRY, wait, failure.toString());
    }

    private void giveBackReady() {
        Delivery<T> delivery = ready.poll();
        while (delivery != null) {
            giveBack(delivery);
            delivery = ready.poll();
        }
    }

    /** It was not begun: its attempt does not count. */
    private void giveBack(Delivery<T> delivery) {
        delivery.nacked(Nack.Kind.GIVE_BACK, Duration.ZERO, "the consumer was closed");
    }

    /** Begins nothing new, gives back what was not begun, and ends when the rest is answered. */
    CompletionStage<Void> stop() {
        closed = true;
        feeds.forEach(Feed::close);
        giveBackReady();
        endIfIdle();
        return idle;
    }

    /** Leaves what is still being handled to its timeouts. */
    void abandon() {
        extensions.close();
    }

    private void endIfIdle() {
        if (inFlight.get() == 0) {
            idle.complete(null);
        }
    }
}
