package dev.pawl.lock;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.lock.spi.AcquireAnswer;
import dev.pawl.lock.spi.AcquireRequest;
import dev.pawl.lock.spi.Grant;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
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
        /** The store has answered that others are in front, or has failed: it is asked again later. */
        WAITING,
        GRANTED,
        ENDED
    }

    private record Message(long stamp, AcquireAnswer.Granted granted) {}

    private final LockContext context;
    private final Wanted wanted;
    private final boolean queued;
    private final Function<AcquireRequest, CompletionStage<AcquireAnswer>> asking;
    private final String attempt;
    private final long begunAt;
    private final CompletableFuture<Optional<LockHandle>> result = new CompletableFuture<>();
    private final ReentrantLock lock = new ReentrantLock();

    private Phase phase = Phase.LOCAL;
    /** Whether the store may know the attempt. */
    private boolean known;
    /** Whether the store has called while a request was under way, whose answer may be older than the call. */
    private boolean askSoon;
    /** Requests of which the store may still apply one, whatever is sent after them. */
    private int unanswered;

    /** A grant by message that came while a request was under way. */
    private @Nullable Message heldBack;

    private int failures;
    private long failingSince;
    private Timers.@Nullable Timer poll;

    Acquisition(LockContext context, Wanted wanted, boolean queued) {
        this(context, wanted, queued, context.session::acquire);
    }

    /** One that asks in another way than others do: for a take-over. */
    Acquisition(
            LockContext context,
            Wanted wanted,
            boolean queued,
            Function<AcquireRequest, CompletionStage<AcquireAnswer>> asking) {
        this.asking = asking;
        this.context = context;
        this.wanted = wanted;
        this.queued = queued;
        this.attempt = context.newAttempt();
        this.begunAt = context.clock.nanos();
    }

    /** Starts it. A contender that does not wait, or waits in one order with all others, contends by itself. */
    Acquisition start() {
        context.pulse.contenderBegins();
        if (!queued && context.queues.holdsAlone(wanted.resource())) {
            end();
        } else if (queuesLocally()) {
            context.queues.add(this);
        } else {
            contend();
        }
        return this;
    }

    private boolean queuesLocally() {
        return queued && !wanted.options().fair();
    }

    /** Completes with the handle, or empty if the resource was taken and the contender did not want to wait. */
    CompletableFuture<Optional<LockHandle>> result() {
        return result;
    }

    Wanted wanted() {
        return wanted;
    }

    Grant grant(long base) {
        return new Grant(wanted.resource(), wanted.mode(), attempt, base);
    }

    /** Turns to the store. */
    void contend() {
        if (queued) {
            context.contenders.add(attempt, this);
        }
        // A service that closes ends those it knows of; who comes to its turn later sees here that it was closed.
        if (context.isClosed()) {
            serviceClosed();
        }
        if (!ask()) {
            context.contenders.remove(attempt);
        }
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

    /** Sends a request; false if it has come to an end. */
    private boolean ask() {
        long sentAt;
        lock.lock();
        try {
            if (isOver()) {
                return false;
            }
            cancelPoll();
            phase = Phase.ASKING;
            known = true;
            askSoon = false;
            unanswered++;
            sentAt = context.clock.nanos();
        } finally {
            lock.unlock();
        }
        AcquireRequest request = new AcquireRequest(wanted.resource(), attempt, wanted.terms(), sentAt, queued);
        Calls.of(() -> asking.apply(request)).whenComplete((answer, failure) -> {
            try {
                if (failure == null) {
                    answered(sentAt, answer);
                } else {
                    failed(Calls.unwrapped(failure));
                }
            } catch (RuntimeException e) {
                // Nobody sees what is thrown here, and neither the caller nor the queue behind it must wait for ever.
                fail(e);
                result.completeExceptionally(e);
            }
        });
        return true;
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
            granted(sentAt, granted, wanted.trustedNanos());
        } else if (answer instanceof AcquireAnswer.Taken taken) {
            taken(taken.freeWithin());
        } else {
            fail(new BackendException(
                    "attempt was ended in the store: resource=" + wanted.resource(), Outcome.NOT_APPLIED, null));
        }
    }

    /**
     * A grant that came while it waited. While a request is under way it is held back until that is answered, which was sent
     * before the message as a rule: a release then knows that nothing of the attempt can arrive behind it.
     */
    void grantedByMessage(long stamp, AcquireAnswer.Granted granted) {
        lock.lock();
        try {
            if (phase == Phase.ASKING) {
                heldBack = new Message(stamp, granted);
                return;
            }
        } finally {
            lock.unlock();
        }
        accept(new Message(stamp, granted));
    }

    /** If half of its lease is over, it is renewed before it is handed out. */
    private void accept(Message message) {
        granted(message.stamp, message.granted, wanted.leaseNanos() / 2);
    }

    private @Nullable Message takeHeldBack() {
        Message message = heldBack;
        heldBack = null;
        return message;
    }

    private void granted(long sentAt, AcquireAnswer.Granted granted, long oldest) {
        boolean inTime;
        lock.lock();
        try {
            if (phase != Phase.ASKING && phase != Phase.WAITING) {
                return;
            }
            inTime = context.clock.nanos() - sentAt < oldest;
            if (inTime) {
                phase = Phase.GRANTED;
                cancelPoll();
            }
        } finally {
            lock.unlock();
        }
        if (inTime) {
            hold(sentAt, granted);
        } else if (queued) {
            ask();
        } else {
            fail(new BackendException(
                    "store must answer within the lease: resource=" + wanted.resource() + ", lease="
                            + wanted.terms().lease(),
                    Outcome.NOT_APPLIED,
                    null));
        }
    }

    private void hold(long sentAt, AcquireAnswer.Granted granted) {
        Hold hold = new Hold(context, wanted, this, sentAt, granted);
        // Before it begins: the queue must not learn of its end first.
        context.queues.granted(this, hold);
        LockHandle handle = hold.begin();
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
            context.tell(new LockEvent.Acquired(wanted.resource(), handle.token(), waited(), handedOver));
        }
        result.complete(Optional.of(handle));
    }

    private void taken(Duration freeWithin) {
        boolean askNow;
        Message message;
        lock.lock();
        try {
            if (phase != Phase.ASKING) {
                return;
            }
            askNow = queued && askSoon;
            if (queued) {
                phase = Phase.WAITING;
            } else {
                // Nothing is kept of an attempt that did not want to wait.
                known = false;
            }
            message = takeHeldBack();
            if (queued && !askNow && message == null) {
                schedulePoll(context.pollNanos(wanted.terms().lease(), freeWithin));
            }
        } finally {
            lock.unlock();
        }
        if (!queued) {
            end();
        } else if (message != null) {
            accept(message);
        } else if (askNow) {
            ask();
        }
    }

    private void failed(Throwable failure) {
        boolean giveUp;
        Message message;
        lock.lock();
        try {
            if (failure instanceof BackendException certain && certain.outcome() == Outcome.NOT_APPLIED) {
                unanswered--;
            }
            if (phase != Phase.ASKING) {
                return;
            }
            long now = context.clock.nanos();
            failingSince = failures == 0 ? now : failingSince;
            failures++;
            message = takeHeldBack();
            giveUp = message == null && (!queued || now - failingSince >= context.patienceNanos);
            if (!giveUp) {
                phase = Phase.WAITING;
                schedulePoll(context.retryNanos(failures));
            }
        } finally {
            lock.unlock();
        }
        if (context.listening()) {
            context.tell(new LockEvent.Failed(wanted.resource(), "acquire", failure));
        }
        if (message != null) {
            accept(message);
        } else if (giveUp) {
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
            context.tell(new LockEvent.NotAcquired(wanted.resource(), waited()));
        }
        result.complete(Optional.empty());
        return true;
    }

    void serviceClosed() {
        fail(new IllegalStateException("lock service is closed"));
    }

    /** Whether the last answer of the store was a failure. */
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
            return unanswered == 0
                    ? Duration.ZERO
                    : Releases.tombstone(wanted.terms().lease());
        } finally {
            lock.unlock();
        }
    }

    private boolean finish() {
        boolean tellStore;
        lock.lock();
        try {
            if (isOver()) {
                return false;
            }
            phase = Phase.ENDED;
            cancelPoll();
            tellStore = known;
        } finally {
            lock.unlock();
        }
        if (tellStore) {
            Releases.abandon(context, grant(0), wanted.terms(), tombstone());
        }
        leave();
        if (queuesLocally()) {
            context.queues.ended(this);
        }
        return true;
    }

    private void leave() {
        context.contenders.remove(attempt);
        context.pulse.contenderEnds();
    }

    private boolean isOver() {
        return phase == Phase.GRANTED || phase == Phase.ENDED;
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
