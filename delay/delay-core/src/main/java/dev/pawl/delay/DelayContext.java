package dev.pawl.delay;

import dev.pawl.common.Backoff;
import dev.pawl.common.RatchetClock;
import dev.pawl.common.Ticker;
import dev.pawl.delay.spi.Head;
import dev.pawl.delay.spi.HeadListener;
import dev.pawl.delay.spi.JobSession;
import dev.pawl.delay.spi.JobStore;
import dev.pawl.delay.spi.Partition;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What all queues of one {@link DelayQueues} share. Thread-safe. */
final class DelayContext implements HeadListener {

    /** Where time comes from. */
    record Time(Ticker ticker, Clock wall, Timers timers) {}

    /** What a user may choose for all queues. */
    record Settings(@Nullable DelayListener listener, Duration patience) {}

    /** What runs the code of users. */
    record Threads(Executor callbacks, Executor handlers) {}

    private static final Backoff RETRY = new Backoff(Duration.ofMillis(20), Duration.ofSeconds(1));
    private static final long PULSE_NANOS = 50_000_000;

    final JobStore store;
    final JobSession session;
    final Executor callbacks;
    final Executor handlers;
    private final String sessionId;
    private final RatchetClock clock;
    private final Timers timers;
    private final @Nullable DelayListener listener;
    private final long patienceNanos;
    private final Map<Partition, Set<Feed>> feeds = new ConcurrentHashMap<>();
    private final AtomicLong consumers = new AtomicLong();
    private final Set<JobConsumer> running = ConcurrentHashMap.newKeySet();
    private final Queue<Runnable> closers = new ConcurrentLinkedQueue<>();
    private final Set<Runnable> retries = ConcurrentHashMap.newKeySet();
    private final AtomicInteger held = new AtomicInteger();
    private final AtomicInteger beating = new AtomicInteger();
    private volatile boolean closed;

    DelayContext(JobStore store, String sessionId, Time time, Threads threads, Settings settings) {
        this.store = store;
        this.sessionId = sessionId;
        this.clock = new RatchetClock(time.ticker(), time.wall());
        this.timers = time.timers();
        this.callbacks = threads.callbacks();
        this.handlers = threads.handlers();
        this.listener = settings.listener() == null ? null : settings.listener().guarded();
        // What is repeated must still be known to the store when it arrives.
        Duration bound = store.retryHorizon().dividedBy(2);
        this.patienceNanos = (settings.patience().compareTo(bound) < 0 ? settings.patience() : bound).toNanos();
        this.session = store.open(sessionId, this);
    }

    /** Time that counts a suspended machine too. */
    long nanos() {
        return clock.nanos();
    }

    Timers timers() {
        return timers;
    }

    long patienceNanos() {
        return patienceNanos;
    }

    long retryNanos(int failures) {
        return RETRY.delay(failures).toNanos();
    }

    /** An id that no consumer has had before. */
    String newConsumer() {
        return sessionId + '-' + Long.toString(consumers.incrementAndGet(), 36);
    }

    void requireOpen() {
        if (closed) {
            throw new IllegalStateException("queues are closed");
        }
    }

    boolean isClosed() {
        return closed;
    }

    JobConsumer begin(Workers<?> workers) {
        JobConsumer consumer = new JobConsumer(workers, running::remove);
        running.add(consumer);
        workers.begin();
        if (closed) {
            workers.stop();
        }
        return consumer;
    }

    void atClose(Runnable last) {
        closers.add(last);
        if (closed) {
            last.run();
        }
    }

    /** Stops all consumers at once, and waits for them one after the other. */
    void close() {
        running.forEach(JobConsumer::stop);
        running.forEach(JobConsumer::close);
        closed = true;
        // Of those that began meanwhile nobody has heard yet.
        running.forEach(JobConsumer::stop);
        closers.forEach(Runnable::run);
        retries.forEach(this::runIfPending);
        session.close();
    }

    /**
     * Runs a request again after a while, or when the queues are closed, whichever comes first: timers end with them, and somebody may be
     * waiting for what the request gives.
     */
    void retry(long waitNanos, Runnable request) {
        retries.add(request);
        timers.schedule(waitNanos, () -> runIfPending(request));
        if (closed) {
            // The close may have looked before this one came.
            runIfPending(request);
        }
    }

    private void runIfPending(Runnable request) {
        if (retries.remove(request)) {
            request.run();
        }
    }

    void tell(DelayEvent event) {
        if (listener != null) {
            listener.on(event);
        }
    }

    /** A delivery begins: the clock must be sampled as long as any is held. */
    void deliveryBegins() {
        held.incrementAndGet();
        if (beating.compareAndSet(0, 1)) {
            timers.schedule(PULSE_NANOS, this::beat);
        }
    }

    void deliveryEnds() {
        held.decrementAndGet();
    }

    private void beat() {
        clock.nanos();
        if (held.get() > 0 && !closed) {
            timers.schedule(PULSE_NANOS, this::beat);
            return;
        }
        beating.set(0);
        // Whoever came between the look and the flag has seen it set, and relies on this beat.
        if (held.get() > 0 && !closed && beating.compareAndSet(0, 1)) {
            timers.schedule(PULSE_NANOS, this::beat);
        }
    }

    void add(Feed feed) {
        feeds.computeIfAbsent(feed.partition(), partition -> ConcurrentHashMap.newKeySet())
                .add(feed);
    }

    void remove(Feed feed) {
        Set<Feed> left = feeds.computeIfPresent(feed.partition(), (partition, of) -> {
            of.remove(feed);
            return of.isEmpty() ? null : of;
        });
        if (left == null) {
            session.unwatch(feed.partition());
        }
    }

    @Override
    public void sooner(Partition partition, Head head) {
        feeds.getOrDefault(partition, Set.of()).forEach(feed -> feed.hint(head));
    }

    @Override
    public void missed() {
        feeds.values().forEach(of -> of.forEach(Feed::lookSoon));
    }
}
