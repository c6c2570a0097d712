package dev.pawl.lock;

import dev.pawl.lock.spi.AcquireAnswer;
import dev.pawl.lock.spi.Grant;
import dev.pawl.lock.spi.LockSession;
import dev.pawl.lock.spi.LockTerms;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Sends releases, and repeats one that was not answered until the store has answered or nothing can be left of the grant.
 */
final class Releases {

    private final LockContext context;
    private final Grant grant;
    private final Duration tombstone;
    private final long until;
    private int failures;

    private Releases(LockContext context, Grant grant, LockTerms terms, Duration tombstone) {
        this.context = context;
        this.grant = grant;
        this.tombstone = tombstone;
        this.until = context.clock.nanos() + terms.lease().plus(terms.delay()).toNanos();
    }

    /** How long a late request must be refused: for a lease, and for as long as a packet may be under way. */
    static Duration tombstone(Duration lease) {
        return lease.compareTo(LockSession.LEAST_TOMBSTONE) > 0 ? lease : LockSession.LEAST_TOMBSTONE;
    }

    /** Releases a grant that is held; the answer is that of the first request, {@code UNKNOWN} if the store did not give one. */
    static CompletableFuture<ReleaseResult> release(
            LockContext context, Grant grant, LockTerms terms, Duration tombstone) {
        CompletableFuture<ReleaseResult> first = new CompletableFuture<>();
        new Releases(context, grant, terms, tombstone).send(first);
        return first;
    }

    /** Takes back whatever the store has done, or will do, for an attempt. */
    static void abandon(LockContext context, Grant attempt, LockTerms terms, Duration tombstone) {
        new Releases(context, attempt, terms, tombstone).send(new CompletableFuture<>());
    }

    /** Lets late requests of an attempt be refused, and leaves what it was granted as it is: no grant has this base. */
    static void forbid(LockContext context, Grant lost, LockTerms terms, Duration tombstone) {
        Grant none = new Grant(lost.resource(), lost.mode(), lost.attempt(), AcquireAnswer.GREATEST_BASE);
        new Releases(context, none, terms, tombstone).send(new CompletableFuture<>());
    }

    private void send(CompletableFuture<ReleaseResult> first) {
        Calls.of(() -> context.session.release(grant, tombstone)).whenComplete((held, failure) -> {
            if (failure == null) {
                first.complete(held ? ReleaseResult.RELEASED : ReleaseResult.ALREADY_LOST);
                return;
            }
            if (context.listening()) {
                context.tell(new LockEvent.Failed(grant.resource(), "release", Calls.unwrapped(failure)));
            }
            first.complete(ReleaseResult.UNKNOWN);
            failures++;
            long delay = context.retryNanos(failures);
            if (context.clock.nanos() + delay < until) {
                context.timers.schedule(delay, () -> send(first));
            }
        });
    }
}
