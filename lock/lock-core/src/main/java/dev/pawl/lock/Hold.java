package dev.pawl.lock;

import dev.pawl.fencing.FencingToken;
import dev.pawl.lock.spi.Grant;
import dev.pawl.lock.spi.LockResource;
import dev.pawl.lock.spi.LockTerms;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One grant of the store, from its first handle to its release or loss: its lease, its renewal, and the handles that have
 * it one after the other. The lease counts from the sending of the newest request that the store confirmed, less a margin
 * for clocks of different speed, so it ends here before it ends there.
 *
 * <p>Thread-safe; never blocks. What it calls, it calls outside of its lock.
 */
final class Hold {

    /** Tokens have ten bits for hand-overs; that many in a row without the store give other processes their turn. */
    static final int HAND_OVERS = 32;

    private static final Logger LOG = LoggerFactory.getLogger(Hold.class);
    private static final long LEAST_RETRY_NANOS = 5_000_000;

    private final LockContext context;
    private final Grant grant;
    private final LockTerms terms;
    private final LockOptions options;
    private final Acquisition acquisition;
    private final long leaseNanos;
    private final ReentrantLock lock = new ReentrantLock();

    private volatile LockState state = LockState.HELD;
    private volatile long validUntil;
    private long renewAt;
    private long suspectedAt;
    private int handOvers;
    private @Nullable LockHandle current;
    private Timers.@Nullable Timer timer;

    Hold(LockContext context, Grant grant, LockTerms terms, LockOptions options, Acquisition acquisition) {
        this.context = context;
        this.grant = grant;
        this.terms = terms;
        this.options = options;
        this.acquisition = acquisition;
        this.leaseNanos = terms.lease().toNanos();
    }

    /** Counts the lease from the sending of the request that was granted, and starts the renewal. */
    LockHandle begin(long sentAt, long floor) {
        LockHandle handle = new LockHandle(this, token(0, floor), context.clock.nanos());
        lock.lock();
        try {
            validUntil = sentAt + leaseNanos - margin(leaseNanos);
            renewAt = sentAt + leaseNanos / 3;
            current = handle;
            scheduleNext(context.clock.nanos());
        } finally {
            lock.unlock();
        }
        context.pulse.add(this);
        return handle;
    }

    /** What two clocks may differ by over a lease: one part in a hundred, and a step of the coarser one. */
    static long margin(long leaseNanos) {
        return leaseNanos / 100 + 2_000_000;
    }

    LockResource resource() {
        return grant.resource();
    }

    boolean isAlone() {
        return terms.mode() == FencingToken.Kind.EXCLUSIVE;
    }

    boolean isValid() {
        return remainingNanos() > 0;
    }

    LockState state() {
        remainingNanos();
        return state;
    }

    /** What is left of the lease; zero once it is lost, which this call itself notices. */
    long remainingNanos() {
        if (state == LockState.LOST || state == LockState.RELEASED) {
            return 0;
        }
        long left = end() - context.clock.nanos();
        if (left > 0) {
            return left;
        }
        lose(endCause());
        return 0;
    }

    private long end() {
        LockHandle handle = current;
        if (options.maxHold().isEmpty() || handle == null) {
            return validUntil;
        }
        return Math.min(validUntil, handle.heldSince() + options.maxHold().get().toNanos());
    }

    private LossCause endCause() {
        return end() < validUntil ? LossCause.HELD_TOO_LONG : LossCause.LEASE_ENDED;
    }

    private void scheduleNext(long now) {
        if (timer != null) {
            timer.cancel();
        }
        long next = options.renewed() ? Math.min(renewAt, end()) : end();
        timer = context.timers.schedule(Math.max(0, next - now), this::due);
    }

    private void due() {
        if (remainingNanos() == 0) {
            return;
        }
        boolean renew;
        lock.lock();
        try {
            if (isOver()) {
                return;
            }
            long now = context.clock.nanos();
            renew = options.renewed() && now >= renewAt;
            if (renew) {
                renewAt = now + (validUntil - now < leaseNanos / 2 ? retryNanos() : leaseNanos / 3);
            }
            scheduleNext(now);
        } finally {
            lock.unlock();
        }
        if (renew) {
            confirm(true);
        }
    }

    private long retryNanos() {
        return Math.max(LEAST_RETRY_NANOS, leaseNanos / 10);
    }

    /** Asks the store whether the grant stands, and lets its lease count anew if that is wanted. */
    private CompletableFuture<Boolean> confirm(boolean renew) {
        long sentAt = context.clock.nanos();
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        Calls.of(() -> renew ? context.session.renew(grant, terms) : context.session.verify(grant))
                .whenComplete((stands, failure) -> {
                    if (failure != null) {
                        unconfirmed(Calls.unwrapped(failure));
                        done.completeExceptionally(Calls.unwrapped(failure));
                    } else if (stands) {
                        done.complete(confirmed(sentAt, renew));
                    } else {
                        lose(LossCause.GONE_FROM_STORE);
                        done.complete(false);
                    }
                });
        return done;
    }

    private boolean confirmed(long sentAt, boolean renewed) {
        if (remainingNanos() == 0) {
            return false;
        }
        Duration before;
        lock.lock();
        try {
            if (isOver()) {
                return false;
            }
            before = Duration.ofNanos(validUntil - sentAt);
            if (renewed) {
                validUntil = Math.max(validUntil, sentAt + leaseNanos - margin(leaseNanos));
                renewAt = sentAt + leaseNanos / 3;
                scheduleNext(context.clock.nanos());
            }
            if (state == LockState.SUSPECT && sentAt >= suspectedAt) {
                state = LockState.HELD;
            }
        } finally {
            lock.unlock();
        }
        if (renewed && context.listening()) {
            context.tell(new LockEvent.Renewed(resource(), before));
        }
        return true;
    }

    private void unconfirmed(Throwable failure) {
        if (context.listening()) {
            context.tell(new LockEvent.Failed(resource(), "renew", failure));
        }
        lock.lock();
        try {
            if (isOver() || !options.renewed()) {
                return;
            }
            long now = context.clock.nanos();
            renewAt = Math.min(renewAt, now + retryNanos());
            scheduleNext(now);
        } finally {
            lock.unlock();
        }
    }

    /** The process stood still: a pause that took a good part of the lease makes the hold suspect until it is confirmed. */
    void paused(long pauseNanos) {
        if (pauseNanos < leaseNanos / 4 || remainingNanos() == 0) {
            return;
        }
        lock.lock();
        try {
            if (isOver()) {
                return;
            }
            state = LockState.SUSPECT;
            suspectedAt = context.clock.nanos();
        } finally {
            lock.unlock();
        }
        if (context.listening()) {
            context.tell(new LockEvent.Suspected(resource(), Duration.ofNanos(pauseNanos)));
        }
        confirm(options.renewed());
    }

    /** Asks the store. */
    CompletableFuture<Boolean> verify() {
        return remainingNanos() == 0 ? CompletableFuture.completedFuture(false) : confirm(false);
    }

    /** Hands over to the next contender of this process, or gives the grant back to the store. */
    CompletableFuture<ReleaseResult> release(LockHandle handle) {
        if (remainingNanos() == 0) {
            return CompletableFuture.completedFuture(ReleaseResult.ALREADY_LOST);
        }
        if (handOver()) {
            return CompletableFuture.completedFuture(ReleaseResult.RELEASED);
        }
        lock.lock();
        try {
            if (isOver()) {
                return CompletableFuture.completedFuture(ReleaseResult.ALREADY_LOST);
            }
            // Renewal stops here, before the release is sent: nothing that is sent later can bring the lock back.
            state = LockState.RELEASED;
            stop();
        } finally {
            lock.unlock();
        }
        CompletableFuture<ReleaseResult> result = Releases.release(context, grant, terms, acquisition.tombstone());
        context.pulse.remove(this);
        // After the release was sent, so that the next contender of this process comes behind it.
        context.queues.gone(this);
        return result;
    }

    private boolean handOver() {
        if (!isAlone() || options.fair()) {
            return false;
        }
        while (true) {
            LockHandle next;
            lock.lock();
            try {
                if (!mayHandOver()) {
                    return false;
                }
            } finally {
                lock.unlock();
            }
            Acquisition successor = context.queues.successor(this);
            if (successor == null) {
                return false;
            }
            lock.lock();
            try {
                if (!mayHandOver()) {
                    context.queues.add(successor);
                    return false;
                }
                handOvers++;
                next = new LockHandle(this, token(handOvers, grant.base()), context.clock.nanos());
                current = next;
            } finally {
                lock.unlock();
            }
            if (successor.handed(next)) {
                return true;
            }
        }
    }

    private boolean mayHandOver() {
        return state == LockState.HELD
                && handOvers < HAND_OVERS
                && validUntil - context.clock.nanos() >= leaseNanos / 2;
    }

    private FencingToken token(int handOver, long floorBase) {
        long value = grant.base() << 10 | handOver;
        long floor = terms.mode() == FencingToken.Kind.PERMIT ? floorBase << 10 : value;
        return new FencingToken(context.issuer(resource()), terms.mode(), value, floor);
    }

    void serviceClosed() {
        lose(LossCause.SERVICE_CLOSED);
    }

    private void lose(LossCause cause) {
        LockHandle handle;
        lock.lock();
        try {
            if (isOver()) {
                return;
            }
            state = LockState.LOST;
            handle = current;
            stop();
        } finally {
            lock.unlock();
        }
        context.pulse.remove(this);
        if (handle != null) {
            handle.lost(cause);
        }
        context.queues.gone(this);
    }

    void announce(LockLost lost) {
        LOG.warn(
                "A lock was lost: resource={}, token={}, cause={}",
                lost.resource(),
                lost.token().value(),
                lost.cause());
        if (context.listening()) {
            context.tell(new LockEvent.Lost(lost));
        }
    }

    LockContext context() {
        return context;
    }

    private void stop() {
        if (timer != null) {
            timer.cancel();
        }
    }

    private boolean isOver() {
        return state == LockState.LOST || state == LockState.RELEASED;
    }
}
