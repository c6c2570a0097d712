package dev.pawl.lock.etcd;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.lock.spi.AcquireAnswer;
import dev.pawl.lock.spi.Grant;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** One request, with what it may have to do again because a lease has ended. */
final class Asking {

    private static final int TRIES = 3;

    private final Places places;
    private final Queue queue;
    private final Predecessors predecessors;
    private final Place place;
    private final boolean queued;
    private final Optional<Grant> from;
    private final long sentAt;
    private final long kept;

    Asking(Places places, Queue queue, Predecessors predecessors, Place place, Terms terms) {
        this.places = places;
        this.queue = queue;
        this.predecessors = predecessors;
        this.place = place;
        this.queued = terms.queued;
        this.from = terms.from;
        this.sentAt = terms.sentAt;
        this.kept = terms.kept;
    }

    /** What is asked for: whether to wait, in whose place, sent when, and for how long from then on. */
    record Terms(boolean queued, Optional<Grant> from, long sentAt, long kept) {}

    CompletableFuture<AcquireAnswer> run() {
        return run(TRIES);
    }

    private CompletableFuture<AcquireAnswer> run(int tries) {
        if (tries == 0) {
            return CompletableFuture.failedFuture(new BackendException(
                    "lease ended again and again: attempt=" + place.attempt, Outcome.UNKNOWN, null));
        }
        return places.fittingLease(place, kept)
                .thenCompose(lease -> {
                    if (place.released) {
                        return failed("attempt was given back: attempt=" + place.attempt);
                    }
                    CompletableFuture<Boolean> alive = lease.proved(notBefore(lease, sentAt, kept));
                    CompletableFuture<Step> step = step(lease);
                    return step.thenCompose(made -> alive.exceptionallyCompose(Asking::unsure)
                            .thenCompose(lives -> judge(lease, made, lives, tries)));
                })
                .exceptionallyCompose(failure -> {
                    Throwable cause = cause(failure);
                    if (String.valueOf(cause.getMessage()).contains("requested lease not found")) {
                        places.forgetLease(place);
                        return run(tries - 1);
                    }
                    return CompletableFuture.failedFuture(cause);
                });
    }

    /** A sign of life that failed, even before it was sent, says nothing of the step beside it, which may have made a key. */
    private static CompletableFuture<Boolean> unsure(Throwable failure) {
        Throwable cause = cause(failure);
        return CompletableFuture.failedFuture(
                new BackendException(String.valueOf(cause.getMessage()), Outcome.UNKNOWN, cause));
    }

    private static Throwable cause(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause == null ? failure : cause;
    }

    private CompletableFuture<Step> step(Lease lease) {
        if (from.isPresent()) {
            return queue.takeOver(place, from.get(), lease.id());
        }
        return place.entry == null ? queue.enqueue(place, lease.id(), queued) : queue.advance(place, place.made());
    }

    private CompletableFuture<AcquireAnswer> judge(Lease lease, Step step, boolean lives, int tries) {
        if (!lives || (step instanceof Step.Gone && from.isEmpty())) {
            if (!lives) {
                places.forgetLease(place);
            }
            places.know(place, null);
            return run(tries - 1);
        }
        if (step instanceof Step.Leftover leftover) {
            // Nobody else has this name, and whoever had it has left: a request of that one was applied late.
            return queue.drop(place, leftover.entry().created()).thenCompose(dropped -> {
                places.know(place, null);
                return run(tries - 1);
            });
        }
        if (step instanceof Step.Refused refused) {
            // The key stays as long as the lease that was refused, and is not forgotten before.
            places.know(place, refused.entry());
            places.lost(place);
            return CompletableFuture.completedFuture(new AcquireAnswer.Ended());
        }
        if (step instanceof Step.Holds holds) {
            return holds(lease, holds.entry(), tries);
        }
        if (step instanceof Step.Waits waits && from.isEmpty()) {
            if (place.entry == null && waits.predecessor().isEmpty()) {
                // It has waited before, and its answer was lost: it may be its turn.
                places.know(place, waits.entry());
                return run(tries - 1);
            }
            places.know(place, waits.entry());
            waits.predecessor().ifPresent(key -> predecessors.watch(place.attempt, key, waits.revision()));
            return done(new AcquireAnswer.Taken(Duration.ofNanos(kept)));
        }
        if (step instanceof Step.Over) {
            places.leave(place);
            return done(new AcquireAnswer.Ended());
        }
        places.leaveIfUnused(place);
        return done(new AcquireAnswer.Taken(Duration.ofNanos(kept)));
    }

    private CompletableFuture<AcquireAnswer> holds(Lease lease, Entry entry, int tries) {
        if (entry.lease() != 0 && entry.lease() != lease.id()) {
            // Of a lease before: nobody renews that one.
            return queue.drop(place, entry.created()).thenCompose(dropped -> {
                places.know(place, null);
                return run(tries - 1);
            });
        }
        if (entry.base() > AcquireAnswer.GREATEST_BASE) {
            return failed("revision must be at most 2^53 - 1: revision=" + entry.base());
        }
        predecessors.forget(place.attempt);
        places.know(place, entry);
        return done(new AcquireAnswer.Granted(entry.base(), entry.base()));
    }

    private CompletableFuture<AcquireAnswer> done(AcquireAnswer answer) {
        places.confirm(place, sentAt + kept);
        return CompletableFuture.completedFuture(answer);
    }

    /** From when on a renewal of the lease proves that what hangs on it stands until so long after the sending. */
    static long notBefore(Lease lease, long sentAt, long kept) {
        return sentAt - Math.max(0, lease.ttlNanos() - kept);
    }

    private static <T> CompletableFuture<T> failed(String message) {
        return CompletableFuture.failedFuture(new BackendException(message, Outcome.NOT_APPLIED, null));
    }
}
