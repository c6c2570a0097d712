package dev.pawl.lock.etcd;

import dev.pawl.fencing.FencingToken;
import dev.pawl.lock.spi.LockResource;
import dev.pawl.wheel.Timer;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What a session knows of one attempt. Guarded by the session's lock, but for what never changes. */
final class Place {

    final LockResource resource;
    final FencingToken.Kind mode;
    final String attempt;
    final String key;

    /** What the key hangs on, or will. */
    @Nullable
    Lease lease;
    /** What is known of the key. */
    @Nullable
    Entry entry;
    /** When the session deletes the key, if nothing is confirmed before. */
    long until;
    /** Requests under way: while there are some, the end is put off. */
    int pending;
    /** It was forgotten; its name is free once nothing is under way. */
    boolean left;
    /** The holder has given it back: nothing that is under way may bring it again. */
    boolean released;
    /** The grant was found to be gone or refused. */
    boolean lost;
    /** Set while the key is being deleted, since nothing was confirmed in time. */
    @Nullable
    CompletableFuture<Boolean> ending;

    @Nullable
    Timer timer;

    Place(LockResource resource, FencingToken.Kind mode, String attempt, String key, long until) {
        this.resource = resource;
        this.mode = mode;
        this.attempt = attempt;
        this.key = key;
        this.until = until;
    }

    boolean isReader() {
        return mode == FencingToken.Kind.READ;
    }

    boolean holds(long base) {
        return !lost && !released && entry != null && entry.holds(base);
    }

    /** Whether it is this grant that it has, or had. */
    boolean isOf(long base) {
        return entry != null && entry.base() == base;
    }

    long made() {
        return entry == null ? 0 : entry.created();
    }
}
