package dev.pawl.lock;

import dev.pawl.fencing.FencingToken;
import dev.pawl.lock.spi.AcquireAnswer;
import dev.pawl.lock.spi.Grant;
import dev.pawl.lock.spi.LockResource;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One grant of the store, from its first handle to its release or loss: its lease, its renewal, and the handles that have
 * it one after the other. The lease counts from the sending of the newest request that the store confirmed, less a margin
 * for clocks of different speed, so it ends here before it ends there.
 *
 * <p>Thread-safe; never blocks. What it calls, it calls outside of its lock, but for the clock, the timers, the pulse and the queue
 * of this process.
 */
final class Hold {

    /** Tokens have ten bits for hand-overs; that many in a row without the store give other processes their turn. */
    static final int HAND_OVERS = 32;

    private static final Logger LOG = LoggerFactory.getLogger(Hold.class);
    private static final long LEAST_RETRY_NANOS = 5_000_000;
    private static final long NEVER = Long.MAX_VALUE;

    private final LockContext context;
    private final Wanted wanted;
    private final Acquisition acquisition;
    private final Grant grant;
    private final boolean renewed;
    private final long maxHoldNanos;
    private final ReentrantLock lock = new ReentrantLock();

    private volatile LockState state = LockState.HELD;
    /** When the newest request was sent that the store confirmed. */
    private volatile long confirmedAt;

    private volatile LockHandle current;
    private volatile LossCause lossCause = LossCause.GONE_FROM_STORE;
    private long askAt;
    private long suspectedAt;
    private int handOvers;
    private Timers.@Nullable Timer timer;

    Hold(LockContext context, Wanted wanted, Acquisition acquisition, long sentAt, AcquireAnswer.Granted granted) {
        this.context = context;
        this.wanted = wanted;
        this.acquisition = acquisition;
        this.grant = acquisition.grant(granted.base());
        this.renewed = wanted.options().renewed();
        this.maxHoldNanos = wanted.options().maxHold().map(Duration::toNanos).orElse(NEVER);
        this.confirmedAt = sentAt;
        this.askAt = renewed ? sentAt + wanted.leaseNanos() / 3 : NEVER;
        this.current = new LockHandle(this, token(granted.floor()), context.clock.nanos());
    }

    /** Starts the renewal, and the watch over the end. The queue of this process knows of the hold already. */
    LockHandle begin() {
        LockHandle first = current;
        lock.lock();
        try {
            if (!isOver()) {
                context.pulse.add(this);
                scheduleNext(context.clock.nanos());
            }
        } finally {
            lock.unlock();
        }
        if (context.isClosed()) {
            serviceClosed();
        }
        return first;
    }

    Wanted wanted() {
        return wanted;
    }

    LockResource resource() {
        return wanted.resource();
    }

    String attempt() {
        return grant.attempt();
    }

    boolean isAlone() {
        return wanted.isAlone();
    }

    boolean isValid() {
        return remainingNanos() > 0;
    }

    LockState state() {
        remainingNanos();
        return state;
    }

    /** Why it is lost, if it is. */
    LossCause lossCause() {
        return lossCause;
    }

    /** What is left of the lease; zero once it is lost, which this call itself notices. */
    long remainingNanos() {
        if (isOver()) {
            return 0;
        }
        long left = end() - context.clock.nanos();
        return left > 0 ? left : noticeEnd();
    }

    private long noticeEnd() {
        LossCause cause;
        lock.lock();
        try {
            // It may have been handed over or renewed since the look without the lock.
            long left = isOver() ? 0 : end() - context.clock.nanos();
            if (isOver() || left > 0) {
                return left;
            }
            cause = end() < leaseEnd() ? LossCause.HELD_TOO_LONG : LossCause.LEASE_ENDED;
            become(LockState.LOST, cause);
        } finally {
            lock.unlock();
        }
        afterLoss(cause);
        return 0;
    }

    private long leaseEnd() {
        return confirmedAt + wanted.trustedNanos();
    }

    private long end() {
        return maxHoldNanos == NEVER ? leaseEnd() : Math.min(leaseEnd(), current.heldSince() + maxHoldNanos);
    }

    private void scheduleNext(long now) {
        cancelTimer();
        timer = context.timers.schedule(Math.max(0, Math.min(askAt, end()) - now), this::due);
    }

    private void due() {
        if (remainingNanos() == 0) {
            return;
        }
        boolean ask;
        lock.lock();
        try {
            if (isOver()) {
                return;
            }
            long now = context.clock.nanos();
            ask = now >= askAt;
            if (ask) {
                // Without an answer it is asked again when half of the lease is left, and soon from there on.
                askAt = now + Math.max(retryNanos(), leaseEnd() - now - wanted.leaseNanos() / 2);
            }
            scheduleNext(now);
        } finally {
            lock.unlock();
        }
        if (ask) {
            confirm(renewed);
        }
    }

    private long retryNanos() {
        return Math.max(LEAST_RETRY_NANOS, wanted.leaseNanos() / 10);
    }

    /** Asks the store whether the grant stands, and lets its lease count anew if that is wanted. */
    private CompletionStage<Boolean> confirm(boolean renew) {
        long sentAt = context.clock.nanos();
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        Calls.of(() -> renew ? context.session.renew(grant, wanted.terms()) : context.session.verify(grant))
                .whenComplete((stands, failure) -> {
                    if (failure != null) {
                        unconfirmed(renew ? "renew" : "verify", Calls.unwrapped(failure));
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

    private boolean confirmed(long sentAt, boolean renew) {
        Duration before;
        lock.lock();
        try {
            long now = context.clock.nanos();
            if (isOver() || end() - now <= 0) {
                return false;
            }
            before = Duration.ofNanos(leaseEnd() - sentAt);
            if (state == LockState.SUSPECT && sentAt >= suspectedAt) {
                state = LockState.HELD;
                askAt = renewed ? askAt : NEVER;
            }
            if (renew) {
                confirmedAt = Math.max(confirmedAt, sentAt);
                // The timer that is set fires earlier, and is then set anew.
                askAt = confirmedAt + wanted.leaseNanos() / 3;
            }
        } finally {
            lock.unlock();
        }
        if (renew && context.listening()) {
            context.tell(new LockEvent.Renewed(resource(), before));
        }
        return true;
    }

    private void unconfirmed(String operation, Throwable failure) {
        if (context.listening()) {
            context.tell(new LockEvent.Failed(resource(), operation, failure));
        }
        lock.lock();
        try {
            if (!isOver() && (renewed || state == LockState.SUSPECT)) {
                long now = context.clock.nanos();
                askAt = Math.min(askAt, now + retryNanos());
                scheduleNext(now);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * The process stood still. Timers may not have counted that, so whatever is due is done now; and a pause that took a good
     * part of the lease makes the hold suspect until it is confirmed.
     */
    void paused(long pauseNanos) {
        if (pauseNanos >= wanted.leaseNanos() / 4 && remainingNanos() > 0) {
            suspect(pauseNanos);
        }
        due();
    }

    private void suspect(long pauseNanos) {
        lock.lock();
        try {
            if (isOver()) {
                return;
            }
            state = LockState.SUSPECT;
            suspectedAt = context.clock.nanos();
            askAt = suspectedAt;
        } finally {
            lock.unlock();
        }
        if (context.listening()) {
            context.tell(new LockEvent.Suspected(resource(), Duration.ofNanos(pauseNanos)));
        }
    }

    /** Asks the store. */
    CompletionStage<Boolean> verify() {
        return remainingNanos() == 0 ? CompletableFuture.completedFuture(false) : confirm(false);
    }

    /** Hands over to the next contender of this process, or gives the grant back to the store. */
    CompletionStage<ReleaseResult> release() {
        while (remainingNanos() > 0) {
            Acquisition successor = successorOrEnd();
            if (successor != null && successor.handed(current)) {
                return CompletableFuture.completedFuture(ReleaseResult.RELEASED);
            }
            if (successor == null && state == LockState.RELEASED) {
                return giveBack();
            }
        }
        return CompletableFuture.completedFuture(ReleaseResult.ALREADY_LOST);
    }

    private @Nullable Acquisition successorOrEnd() {
        lock.lock();
        try {
            long now = context.clock.nanos();
            if (isOver() || end() - now <= 0) {
                return null;
            }
            Acquisition successor = mayHandOver(now) ? context.queues.successor(this) : null;
            if (successor == null) {
                // Renewal stops here, before the release is sent: nothing that is sent later can bring the lock back.
                become(LockState.RELEASED, lossCause);
            } else {
                handOvers++;
                current = new LockHandle(this, token(grant.base()), now);
            }
            return successor;
        } finally {
            lock.unlock();
        }
    }

    private boolean mayHandOver(long now) {
        return state == LockState.HELD
                && !wanted.options().fair()
                && handOvers < HAND_OVERS
                && leaseEnd() - now >= wanted.leaseNanos() / 2;
    }

    private CompletableFuture<ReleaseResult> giveBack() {
        CompletableFuture<ReleaseResult> result =
                Releases.release(context, grant, wanted.terms(), acquisition.tombstone());
        context.pulse.remove(this);
        // After the release was sent, so that the next contender of this process comes behind it.
        context.queues.gone(this);
        return result;
    }

    private FencingToken token(long floorBase) {
        long value = grant.base() << 10 | handOvers;
        long floor = wanted.mode() == FencingToken.Kind.PERMIT ? floorBase << 10 : value;
        return new FencingToken(wanted.issuer(), wanted.mode(), value, floor);
    }

    void serviceClosed() {
        lose(LossCause.SERVICE_CLOSED);
    }

    private void lose(LossCause cause) {
        lock.lock();
        try {
            if (isOver()) {
                return;
            }
            become(LockState.LOST, cause);
        } finally {
            lock.unlock();
        }
        afterLoss(cause);
    }

    private void afterLoss(LossCause cause) {
        context.pulse.remove(this);
        Duration tombstone = acquisition.tombstone();
        if (!tombstone.isZero()) {
            // A request that is still under way must not bring the lock back for nobody. It is not released: what is
            // left
            // of the grant stands, and so does a lock-delay.
            Releases.forbid(context, grant, wanted.terms(), tombstone);
        }
        current.lost(cause);
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

    private void become(LockState over, LossCause cause) {
        lossCause = cause;
        state = over;
        cancelTimer();
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel();
        }
    }

    private boolean isOver() {
        return state == LockState.LOST || state == LockState.RELEASED;
    }
}
