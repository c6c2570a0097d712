package dev.pawl.lock.memory;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.common.Ticker;
import dev.pawl.fencing.FencingToken;
import dev.pawl.lock.spi.AcquireAnswer;
import dev.pawl.lock.spi.AcquireRequest;
import dev.pawl.lock.spi.Grant;
import dev.pawl.lock.spi.GrantListener;
import dev.pawl.lock.spi.LockAdministration;
import dev.pawl.lock.spi.LockBackend;
import dev.pawl.lock.spi.LockDescription;
import dev.pawl.lock.spi.LockFeature;
import dev.pawl.lock.spi.LockGuarantees;
import dev.pawl.lock.spi.LockResource;
import dev.pawl.lock.spi.LockSession;
import dev.pawl.lock.spi.LockTerms;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongFunction;

/**
 * Locks within one process, with everything that the locks of a store have: leases, tokens, queues, sessions. Nothing is kept of
 * a resource that nobody holds or wants; tokens rise over all resources of a backend, and begin anew with each.
 *
 * <p>Thread-safe; answers at once. Time counts on the ticker.
 */
public final class InMemoryLockBackend implements LockBackend {

    private static final LockGuarantees GUARANTEES = new LockGuarantees(
            "memory",
            EnumSet.allOf(LockFeature.class),
            "one process: holds as long as it lives",
            "one counter of the backend");

    private final Ticker ticker;
    private final LockTable table = new LockTable();
    private final ConcurrentHashMap<String, Long> boots = new ConcurrentHashMap<>();
    private final List<Runnable> outbox = new ArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();

    /** Makes a backend on this process's monotonic clock. */
    public InMemoryLockBackend() {
        this(Ticker.system());
    }

    /**
     * Makes a backend on a clock of the caller's.
     *
     * @param ticker what leases are counted on
     */
    public InMemoryLockBackend(Ticker ticker) {
        this.ticker = ticker;
    }

    @Override
    public LockGuarantees guarantees() {
        return GUARANTEES;
    }

    @Override
    public String issuer(LockResource resource) {
        return FencingToken.issuer("memory", "process", resource.toString());
    }

    @Override
    public LockSession open(String id, GrantListener listener) {
        return new Session(listener);
    }

    @Override
    public LockAdministration administration() {
        return new Administration();
    }

    /** Does nothing: the data goes with the object. */
    @Override
    public void close() {}

    /**
     * Tells of how many resources something is kept: a holder, a waiting contender, or an attempt that ended unanswered.
     *
     * @return how many now
     */
    public int size() {
        return answered(now -> {
            table.sweep(now);
            return table.size();
        });
    }

    /** For tests: of how many resources something is kept, whether or not it has ended. */
    int entries() {
        return answered(now -> table.size());
    }

    private <T> T answered(LongFunction<T> step) {
        List<Runnable> messages;
        T answer;
        lock.lock();
        try {
            answer = step.apply(ticker.nanos());
            messages = List.copyOf(outbox);
            outbox.clear();
        } finally {
            lock.unlock();
        }
        // Outside of the lock: whoever is told may call again.
        messages.forEach(Runnable::run);
        return answer;
    }

    private final class Session implements LockSession {

        private final GrantListener listener;
        private volatile boolean closed;

        Session(GrantListener listener) {
            this.listener = listener;
        }

        @Override
        public CompletionStage<AcquireAnswer> acquire(AcquireRequest request) {
            return open(now -> table.acquire(request, this::queueMessage, now));
        }

        @Override
        public CompletionStage<Boolean> renew(Grant grant, LockTerms terms) {
            return open(now -> table.renew(grant, terms, now));
        }

        @Override
        public CompletionStage<Boolean> verify(Grant grant) {
            return open(now -> table.verify(grant, now));
        }

        @Override
        public CompletionStage<Boolean> release(Grant grant, Duration tombstone) {
            return open(now -> table.release(grant, tombstone, now));
        }

        @Override
        public void close() {
            closed = true;
        }

        private void queueMessage(String attempt, long stamp, AcquireAnswer.Granted granted) {
            outbox.add(() -> {
                if (!closed) {
                    listener.granted(attempt, stamp, granted);
                }
            });
        }

        private <T> CompletionStage<T> open(LongFunction<T> step) {
            return closed
                    ? CompletableFuture.failedFuture(
                            new BackendException("session is closed", Outcome.NOT_APPLIED, null))
                    : CompletableFuture.completedFuture(answered(step));
        }
    }

    private final class Administration implements LockAdministration {

        @Override
        public CompletionStage<List<LockDescription>> list(LockResource.Kind kind) {
            return CompletableFuture.completedFuture(answered(now -> table.list(kind, now)));
        }

        @Override
        public CompletionStage<LockDescription> describe(LockResource resource) {
            return CompletableFuture.completedFuture(answered(now -> table.describe(resource, now)));
        }

        @Override
        public CompletionStage<Boolean> refuse(Grant grant) {
            return CompletableFuture.completedFuture(answered(now -> table.refuse(grant, now)));
        }

        @Override
        public CompletionStage<AcquireAnswer> takeOver(AcquireRequest request, Grant from) {
            return CompletableFuture.completedFuture(answered(now -> table.takeOver(request, from, now)));
        }

        @Override
        public CompletionStage<Long> nextBoot(String instance) {
            return CompletableFuture.completedFuture(boots.merge(instance, 1L, Long::sum));
        }
    }
}
