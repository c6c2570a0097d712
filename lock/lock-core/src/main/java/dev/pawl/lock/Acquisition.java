package dev.pawl.lock;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.fencing.FencingToken;
import dev.pawl.lock.spi.AcquireAnswer;
import dev.pawl.lock.spi.AcquireRequest;
import dev.pawl.lock.spi.Grant;
import dev.pawl.lock.spi.LockResource;
import dev.pawl.lock.spi.LockTerms;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One contender's way to a grant, from the call until it holds or leaves. It asks the store by an attempt id of its own;
 * when the answer is lost it asks again by the same id, so that an ambiguous request is resolved instead of leaving a lock
 * that nobody knows of. Each answer's lease counts from the sending of the request that it answers.
 *
 * <p>Thread-safe; never blocks. What it calls, it calls outside of its lock.
 */
final class Acquisition {

    private enum Phase {
        /** In this process's queue: the store knows nothing of it. */
        LOCAL,
        /** A request is under way. */
        ASKING,
        /** The store has answered that others are in front. */
        WAITING,
        GRANTED,
        ENDED
    }

    private final LockContext context;
    private final LockResource resource;
    private final LockTerms terms;
    private final LockOptions options;
    private final boolean queued;
    private final String attempt;
    private final long begunAt;
    private final CompletableFuture<Optional<LockHandle>> result = new CompletableFuture<>();
    private final ReentrantLock lock = new ReentrantLock();

    private Phase phase = Phase.LOCAL;
    private boolean asked;
    private boolean askSoon;
    private int unanswered;
    private int failures;
    private long failingSince;
    private Timers.@Nullable Timer poll;

    Acquisition(LockContext context, LockResource resource, LockTerms terms, LockOptions options, boolean queued) {
        this.context = context;
        this.resource = resource;
        this.terms = terms;
        this.options = options;
        this.queued = queued;
        this.attempt = context.newAttempt();
        this.begunAt = context.clock.nanos();
    }

    /** Starts it. A contender that does not wait, or waits in one order with all others, contends by itself. */
    Acquisition start() {
        context.pulse.contenderBegins();
        if (context.isClosed()) {
            serviceClosed();
        } else if (!queued && context.queues.holdsAlone(resource)) {
            end();
        } else if (queued && !options.fair()) {
            context.queues.add(this);
        } else {
            contend();
        }
        return this;
    }

    /** Completes with the handle, or empty if the resource was taken and the contender did not want to wait. */
    CompletableFuture<Optional<LockHandle>> result() {
        return result;
    }

    LockResource resource() {
        return resource;
    }

    FencingToken.Kind mode() {
        return terms.mode();
    }

    /** Turns to the store. */
    void contend() {
        if (queued) {
            context.contenders.add(attempt, this);
        }
        ask();
    }

    /** Asks once more if it waits; if a request is under way, as soon as that is answered. */
    void askAgain() {
        lock.lock();
        try {
            askSoon = phase == Phase.ASKING;
            if (phase != Phase.WAITING) {
                return;
            }
        } finally {
            lock.unlock();
        }
        ask();
    }

    private void ask() {
        long sentAt;
        lock.lock();
        try {
            if (phase == Phase.GRANTED || phase == Phase.ENDED) {
                return;
            }
            cancelPoll();
            phase = Phase.ASKING;
            asked = true;
            askSoon = false;
            unanswered++;
            sentAt = context.clock.nanos();
        } finally {
            lock.unlock();
        }
        AcquireRequest request = new AcquireRequest(resource, attempt, terms, sentAt, queued);
        Calls.of(() -> context.session.acquire(request)).whenComplete((answer, failure) -> {
            if (failure == null) {
                answered(sentAt, answer);
            } else {
                failed(Calls.unwrapped(failure));
            }
        });
    }

    private void answered(long sentAt, AcquireAnswer answer) {
        lock.lock();
        try {
            unanswered--;
            failures = 0;
        } finally {
            lock.unlock();
        }
        if (answer instanceof AcquireAnswer.Granted granted) {
            granted(sentAt, granted);
        } else if (answer instanceof AcquireAnswer.Taken taken) {
            taken(taken.freeWithin());
        } else {
            fail(new BackendException(
                    "the store has ended the attempt, or banned its session: resource=" + resource,
                    Outcome.NOT_APPLIED,
                    null));
        }
    }

    void grantedByMessage(long stamp, AcquireAnswer.Granted granted) {
        granted(stamp, granted);
    }

    private void granted(long sentAt, AcquireAnswer.Granted granted) {
        boolean askFirst;
        lock.lock();
        try {
            if (phase != Phase.ASKING && phase != Phase.WAITING) {
                return;
            }
            // A grant that is half over is renewed before it is handed out: an attempt that holds may ask again.
            askFirst = context.clock.nanos() - sentAt > terms.lease().toNanos() / 2;
            if (!askFirst) {
                phase = Phase.GRANTED;
                cancelPoll();
            }
        } finally {
            lock.unlock();
        }
        if (askFirst) {
            ask();
        } else {
            hold(sentAt, granted);
        }
    }

    private void hold(long sentAt, AcquireAnswer.Granted granted) {
        Grant grant = new Grant(resource, terms.mode(), attempt, granted.base());
        Hold hold = new Hold(context, grant, terms, options, this);
        LockHandle handle = hold.begin(sentAt, granted.floor());
        context.queues.granted(this, hold);
        leave();
        deliver(handle, false);
    }

    /** Takes a lock over from a holder in this process; false if this contender has left meanwhile. */
    boolean handed(LockHandle handle) {
        lock.lock();
        try {
            if (phase != Phase.LOCAL) {
                return false;
            }
            phase = Phase.GRANTED;
        } finally {
            lock.unlock();
        }
        leave();
        deliver(handle, true);
        return true;
    }

    private void deliver(LockHandle handle, boolean handedOver) {
        if (context.listening()) {
            context.tell(new LockEvent.Acquired(resource, handle.token(), waited(), handedOver));
        }
        if (!result.complete(Optional.of(handle))) {
            handle.releaseAsync();
        }
    }

    private void taken(Duration freeWithin) {
        boolean askNow;
        lock.lock();
        try {
            if (phase != Phase.ASKING) {
                return;
            }
            askNow = queued && askSoon;
            if (queued) {
                phase = Phase.WAITING;
            }
            if (queued && !askNow) {
                schedulePoll(LockContext.pollNanos(terms.lease(), freeWithin));
            }
        } finally {
            lock.unlock();
        }
        if (!queued) {
            end();
        } else if (askNow) {
            ask();
        }
    }

    private void failed(Throwable failure) {
        boolean giveUp;
        lock.lock();
        try {
            if (!(failure instanceof BackendException known) || known.outcome() == Outcome.UNKNOWN) {
                // It may still arrive at the store: it counts as unanswered for ever.
                askSoon = false;
            } else {
                unanswered--;
            }
            if (phase != Phase.ASKING) {
                return;
            }
            long now = context.clock.nanos();
            failingSince = failures == 0 ? now : failingSince;
            failures++;
            giveUp = !queued || now - failingSince >= context.patience.toNanos();
            if (!giveUp) {
                schedulePoll(LockContext.RETRY.delay(failures).toNanos());
            }
        } finally {
            lock.unlock();
        }
        if (context.listening()) {
            context.tell(new LockEvent.Failed(resource, "acquire", failure));
        }
        if (giveUp) {
            fail(failure);
        }
    }

    private void fail(Throwable failure) {
        if (finish()) {
            result.completeExceptionally(failure);
        }
    }

    /** Leaves without the lock; false if it has the lock or has left already. */
    boolean end() {
        if (!finish()) {
            return false;
        }
        if (context.listening()) {
            context.tell(new LockEvent.NotAcquired(resource, waited()));
        }
        result.complete(Optional.empty());
        return true;
    }

    void serviceClosed() {
        fail(new IllegalStateException("lock service is closed"));
    }

    /** The last failure of the store, if its last answer was one. */
    boolean isFailing() {
        lock.lock();
        try {
            return failures > 0;
        } finally {
            lock.unlock();
        }
    }

    /** How long the store must refuse requests of this attempt that arrive after its release. */
    Duration tombstone() {
        lock.lock();
        try {
            return unanswered == 0 ? Duration.ZERO : Releases.tombstone(terms.lease());
        } finally {
            lock.unlock();
        }
    }

    private boolean finish() {
        boolean known;
        lock.lock();
        try {
            if (phase == Phase.GRANTED || phase == Phase.ENDED) {
                return false;
            }
            phase = Phase.ENDED;
            cancelPoll();
            // The store has forgotten an attempt that did not wait and got an answer.
            known = asked && (queued || unanswered > 0);
        } finally {
            lock.unlock();
        }
        if (known) {
            Releases.abandon(context, new Grant(resource, terms.mode(), attempt, 0), terms, tombstone());
        }
        leave();
        if (queued && !options.fair()) {
            context.queues.ended(this);
        }
        return true;
    }

    private void leave() {
        context.contenders.remove(attempt);
        context.pulse.contenderEnds();
    }

    private void schedulePoll(long delayNanos) {
        poll = context.timers.schedule(delayNanos, this::ask);
    }

    private void cancelPoll() {
        if (poll != null) {
            poll.cancel();
            poll = null;
        }
    }

    private Duration waited() {
        return Duration.ofNanos(context.clock.nanos() - begunAt);
    }
}
