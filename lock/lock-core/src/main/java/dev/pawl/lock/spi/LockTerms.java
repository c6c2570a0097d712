package dev.pawl.lock.spi;

import dev.pawl.fencing.FencingToken;
import java.time.Duration;
import java.util.Objects;

/**
 * On which terms a resource is wanted. Immutable.
 *
 * @param mode alone, as one of the readers, or as one of the permits
 * @param permits how many permits the semaphore has, at least 1; 1 in the other modes
 * @param lease how long a grant lasts from the moment at which the store makes or renews it
 * @param delay how much longer the store keeps the resource from others after the lease of a holder that did not
 *     release it
 */
public record LockTerms(FencingToken.Kind mode, int permits, Duration lease, Duration delay) {

    /** The most permits of a semaphore. */
    public static final int GREATEST_PERMITS = 100_000;

    /** Checks the terms. */
    public LockTerms {
        Objects.requireNonNull(mode, "mode");
        if (permits < 1 || permits > (mode == FencingToken.Kind.PERMIT ? GREATEST_PERMITS : 1)) {
            throw new IllegalArgumentException("permits must be in [1, "
                    + (mode == FencingToken.Kind.PERMIT ? GREATEST_PERMITS : 1) + "]: permits=" + permits);
        }
        if (lease.isNegative() || lease.isZero()) {
            throw new IllegalArgumentException("lease must be > 0: lease=" + lease);
        }
        if (delay.isNegative()) {
            throw new IllegalArgumentException("delay must be >= 0: delay=" + delay);
        }
    }
}
