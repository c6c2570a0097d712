package dev.pawl.lock;

import dev.pawl.common.Backoff;
import dev.pawl.common.RatchetClock;
import dev.pawl.common.Ticker;
import dev.pawl.lock.spi.LockBackend;
import dev.pawl.lock.spi.LockSession;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What all acquisitions and holds of one lock service share. */
final class LockContext {

    private static final Logger LOG = LoggerFactory.getLogger(LockContext.class);

    /** How long to wait before a failed request is repeated. */
    private static final Backoff RETRY = new Backoff(Duration.ofMillis(20), Duration.ofSeconds(1));

    /** The longest time between two questions of a contender that waits in the store's queue. */
    private static final long POLL_NANOS = 1_000_000_000;

    final LockBackend backend;
    final RatchetClock clock;
    final Timers timers;
    private final @Nullable LockListener listener;
    final long patienceNanos;
    final LocalQueues queues = new LocalQueues();
    final Contenders contenders = new Contenders();
    final Pulse pulse;
    final LockSession session;

    private volatile boolean closed;

    private final Executor callbacks;
    private final Supplier<? extends RandomGenerator> random;
    private final String sessionId;
    private final AtomicLong attempts = new AtomicLong();

    LockContext(LockBackend backend, String sessionId, Time time, Executor callbacks, Settings settings) {
        this.backend = backend;
        this.sessionId = sessionId;
        this.clock = new RatchetClock(time.ticker, time.wall);
        this.timers = time.timers;
        this.random = time.random;
        this.callbacks = callbacks;
        this.listener = settings.listener == null ? null : settings.listener.guarded();
        this.patienceNanos = saturatedNanos(settings.patience);
        this.pulse = new Pulse(clock, timers);
        this.session = backend.open(sessionId, contenders);
    }

    /** Where time comes from, and the random part of waits. */
    record Time(Ticker ticker, Clock wall, Timers timers, Supplier<? extends RandomGenerator> random) {}

    /** What a user may choose for all locks of a service. */
    record Settings(@Nullable LockListener listener, Duration patience) {}

    String sessionId() {
        return sessionId;
    }

    /** An id that no attempt has had before. */
    String newAttempt() {
        return sessionId + '-' + Long.toString(attempts.incrementAndGet(), 36);
    }

    static long saturatedNanos(Duration duration) {
        return duration.compareTo(Duration.ofNanos(Long.MAX_VALUE)) >= 0 ? Long.MAX_VALUE : duration.toNanos();
    }

    /** How long to wait after some failures in a row. */
    long retryNanos(int failures) {
        return RETRY.delay(failures, random.get()).toNanos();
    }

    /** How long a waiting contender leaves the store alone: the sooner of its own turn to ask and the holder's end. */
    long pollNanos(Duration lease, Duration freeWithin) {
        long bound = Math.min(POLL_NANOS, lease.toNanos() / 3);
        long jittered = bound / 2 + random.get().nextLong(bound / 2 + 1);
        // One millisecond on top: stores count in whole ones.
        return Math.min(jittered, freeWithin.toNanos() + 1_000_000);
    }

    /** Ends what waits and what is held, and the session. */
    void close() {
        closed = true;
        // Those behind first: each that contends would call the next one, which would be ended within that call.
        queues.close();
        contenders.close();
        pulse.holds().forEach(Hold::serviceClosed);
        session.close();
    }

    /** For tests: what is kept though it should not be when nobody holds or waits. */
    String left() {
        return (queues.size() > 0 ? "queues=" + queues.size() + " " : "")
                + (contenders.size() > 0 ? "contenders=" + contenders.size() + " " : "")
                + pulse.left();
    }

    boolean isClosed() {
        return closed;
    }

    /**
     * Completes a future of the user's: on the executor, since what depends on it may block, as a release does, and this may be
     * the one thread of the client that the answer comes by.
     */
    void complete(Runnable completion) {
        try {
            callbacks.execute(completion);
        } catch (RuntimeException e) {
            LOG.warn("The executor did not take a completion, which runs on this thread", e);
            completion.run();
        }
    }

    /** Runs a user's code, and lets nothing of what happens to it come back. */
    void callBack(Object about, Runnable callback) {
        try {
            callbacks.execute(() -> {
                try {
                    callback.run();
                } catch (RuntimeException e) {
                    LOG.warn("A callback failed: {}", about, e);
                }
            });
        } catch (RuntimeException e) {
            LOG.warn("The executor did not take a callback: {}", about, e);
        }
    }

    void tell(LockEvent event) {
        if (listener != null) {
            listener.on(event);
        }
    }

    boolean listening() {
        return listener != null;
    }
}
