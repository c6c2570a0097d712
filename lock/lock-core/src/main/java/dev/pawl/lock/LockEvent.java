package dev.pawl.lock;

import dev.pawl.fencing.FencingToken;
import dev.pawl.lock.spi.LockResource;
import java.time.Duration;

/** What a {@link LockListener} is told. */
public sealed interface LockEvent {

    /**
     * Names what it happened to.
     *
     * @return the resource
     */
    LockResource resource();

    /**
     * A lock was granted.
     *
     * @param resource what was granted
     * @param token the token of the grant
     * @param waited the time from the call to the grant
     * @param handedOver whether it came from another thread of this process, without the store
     */
    record Acquired(LockResource resource, FencingToken token, Duration waited, boolean handedOver)
            implements LockEvent {}

    /**
     * A contender left without the lock: it was taken, the time was up, or the caller gave up.
     *
     * @param resource what was wanted
     * @param waited the time from the call to its end
     */
    record NotAcquired(LockResource resource, Duration waited) implements LockEvent {}

    /**
     * A request to the store failed; what it belongs to may still succeed by another one.
     *
     * @param resource what it was about
     * @param operation {@code acquire}, {@code renew}, {@code verify} or {@code release}
     * @param failure what failed
     */
    record Failed(LockResource resource, String operation, Throwable failure) implements LockEvent {}

    /**
     * A lease was renewed.
     *
     * @param resource whose
     * @param remaining what had been left of it when the renewal was sent
     */
    record Renewed(LockResource resource, Duration remaining) implements LockEvent {}

    /**
     * This process was paused for longer than a quarter of a lease.
     *
     * @param resource what was held meanwhile
     * @param pause how long, by the clock that counts suspended time too
     */
    record Suspected(LockResource resource, Duration pause) implements LockEvent {}

    /**
     * A handle was lost.
     *
     * @param lost what was lost and why
     */
    record Lost(LockLost lost) implements LockEvent {
        @Override
        public LockResource resource() {
            return lost.resource();
        }
    }

    /**
     * A handle was released.
     *
     * @param resource what was released
     * @param result what became of it
     * @param held the time from the grant to the release
     */
    record Released(LockResource resource, ReleaseResult result, Duration held) implements LockEvent {}
}
