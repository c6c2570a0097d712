package dev.pawl.lock;

import dev.pawl.common.BackendException;
import dev.pawl.lock.spi.Grant;
import dev.pawl.lock.spi.LockAdministration;
import dev.pawl.lock.spi.LockDescription;
import dev.pawl.lock.spi.LockDescription.Holder;
import dev.pawl.lock.spi.LockFeature;
import dev.pawl.lock.spi.LockResource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * What an administrator may do with the locks of a store: look, and end what others hold. Thread-safe; every method blocks for the
 * store's answers, and throws a {@link BackendException} if it does not give them. Holders are named by their grants: what came
 * after the description is not touched.
 *
 * <p>A holder that is ended by force may be at work. After it was ended, {@linkplain dev.pawl.fencing.FenceGuard#enter enter} its
 * resource with a fresh token of the same lock: from then on nothing that it still does takes effect.
 */
public final class LockAdmin {

    private final LockContext context;

    LockAdmin(LockContext context) {
        this.context = context;
    }

    /**
     * Finds what is held or waited for, in all processes. No snapshot.
     *
     * @param kind of which kind
     * @return descriptions in no order
     * @throws UnsupportedOperationException if the store does not offer lists
     */
    public List<LockDescription> list(LockResource.Kind kind) {
        context.backend.guarantees().require(LockFeature.ADMIN);
        return joined(administration().list(kind));
    }

    /**
     * Describes a lock: who holds it, for how long yet, and how many wait.
     *
     * @param lock the lock, or either side of a read-write lock
     * @return the description; without a holder if it is free
     */
    public LockDescription describe(DistributedLock lock) {
        return joined(administration().describe(lock.resource()));
    }

    /**
     * Ends a holder without breaking what its lock promises: its renewals are refused, so that it learns of its loss by itself,
     * and the lock is free when its lease and lock-delay have run out.
     *
     * @param holder whom, as it was described
     * @return false if it held the lock no more
     */
    public boolean forceRelease(Holder holder) {
        return joined(administration().refuse(holder.grant()));
    }

    /**
     * Ends a holder and frees the lock at once, <em>although the holder may be at work</em>: until it has noticed, two hold the
     * lock. Only a fence at the resource tells them apart.
     *
     * @param holder whom, as it was described
     * @return false if it held the lock no more
     */
    public boolean forceReleaseNow(Holder holder) {
        // Nothing that the attempt has sent before can bring it back.
        return joined(context.session.release(holder.grant(), Releases.tombstone(holder.endsWithin())));
    }

    /**
     * Ends all that a session holds, as {@link #forceRelease} does: one lock service of one process, which is believed to be broken.
     * It is not kept from acquiring anew.
     *
     * @param session the session's id, {@link Holder#session()}
     * @return the holders that were ended
     * @throws UnsupportedOperationException if the store does not offer bans
     */
    public List<Holder> ban(String session) {
        List<Holder> ended = new ArrayList<>();
        for (LockResource.Kind kind : LockResource.Kind.values()) {
            for (LockDescription description : list(kind)) {
                description.holders().stream()
                        .filter(holder -> holder.session().equals(session) && forceRelease(holder))
                        .forEach(ended::add);
            }
        }
        return ended;
    }

    /**
     * Takes a lock over from an earlier start of the same instance at once, before everybody who waits, and with a larger token.
     * To be called <em>only with proof that the earlier process is dead</em>: the operating system or the supervisor says so. Without
     * proof call {@link DistributedLock#acquire}, which waits until the old lease has ended.
     *
     * <p>The lock service must have been built with {@link LockService.Builder#instance}. Each start of an instance has a larger
     * number, counted in the store, and a start takes over from smaller ones only: two processes that are given one instance by
     * mistake do not steal from each other in turn.
     *
     * @param lock the lock; one with a single holder
     * @param dead the earlier holder, as it was described
     * @return the handle, or empty if that holder held the lock no more
     * @throws IllegalArgumentException if the holder is not an earlier start of this instance
     * @throws UnsupportedOperationException for a read-write lock or a semaphore, or if the store does not offer it
     */
    public Optional<LockHandle> takeOver(DistributedLock lock, Holder dead) {
        context.backend.guarantees().require(LockFeature.ADMIN);
        Instance.requireEarlier(context.sessionId(), dead.session());
        Grant from = dead.grant();
        if (from.resource().kind() == LockResource.Kind.READ_WRITE
                || from.resource().kind() == LockResource.Kind.SEMAPHORE) {
            throw new UnsupportedOperationException(
                    "only a lock with one holder is taken over: resource=" + from.resource());
        }
        if (!from.resource().equals(lock.resource())) {
            throw new IllegalArgumentException(
                    "holder must hold the lock: resource=" + lock.resource() + ", held=" + from.resource());
        }
        return lock.takeOver(request -> administration().takeOver(request, from));
    }

    private LockAdministration administration() {
        return context.backend.administration();
    }

    static <T> T joined(CompletionStage<T> answer) {
        try {
            return answer.toCompletableFuture().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof BackendException known) {
                throw new BackendException(
                        "store did not do what was asked: " + known.getMessage(), known.outcome(), known);
            }
            throw e;
        }
    }
}
