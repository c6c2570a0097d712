package dev.pawl.lock;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * How a lock is held and waited for. Immutable: each {@code with} method returns a changed copy.
 *
 * @param lease how long the lock is held without a sign of life, in [100 ms, 1 day], and within the bounds of the store
 *     ({@link dev.pawl.lock.spi.LockBackend#greatestLease}); it counts on the store's clock, and in this process from before the
 *     request was sent, less one hundredth and 2 ms for clocks of different speed
 * @param renewed whether the lease is renewed in the background each third of it, for as long as the process lives
 * @param maxHold after how long a holder loses the lock although it is renewed, so that a stuck thread does not keep it
 *     for ever; in [lease, 365 days]
 * @param delay how much longer than the lease the store keeps the lock from others after a holder that did not release
 *     it, in [0, 1 hour]: for resources that cannot check a token
 * @param fair whether all contenders of all processes are granted in the order in which they came, with no hand-over
 *     between threads of one process before others
 */
public record LockOptions(Duration lease, boolean renewed, Optional<Duration> maxHold, Duration delay, boolean fair) {

    private static final Duration LEAST_LEASE = Duration.ofMillis(100);
    private static final Duration GREATEST_LEASE = Duration.ofDays(1);
    private static final Duration GREATEST_HOLD = Duration.ofDays(365);
    private static final Duration GREATEST_DELAY = Duration.ofHours(1);

    private static final LockOptions DEFAULTS =
            new LockOptions(Duration.ofSeconds(30), true, Optional.empty(), Duration.ZERO, false);

    /** Checks the bounds. */
    public LockOptions {
        Objects.requireNonNull(maxHold, "maxHold");
        if (lease.compareTo(LEAST_LEASE) < 0 || lease.compareTo(GREATEST_LEASE) > 0) {
            throw new IllegalArgumentException("lease must be in [100 ms, 1 day]: lease=" + lease);
        }
        if (delay.isNegative() || delay.compareTo(GREATEST_DELAY) > 0) {
            throw new IllegalArgumentException("delay must be in [0, 1 hour]: delay=" + delay);
        }
        if (maxHold.isPresent()
                && (maxHold.get().compareTo(lease) < 0 || maxHold.get().compareTo(GREATEST_HOLD) > 0)) {
            throw new IllegalArgumentException(
                    "maxHold must be in [lease, 365 days]: maxHold=" + maxHold.get() + ", lease=" + lease);
        }
    }

    /** The default lease is fitted to what the store offers; another one is refused. */
    LockOptions within(Duration least, Duration greatest) {
        boolean isShorter = lease.compareTo(least) < 0;
        if (!isShorter && lease.compareTo(greatest) <= 0) {
            return this;
        }
        if (!lease.equals(DEFAULTS.lease)) {
            throw new IllegalArgumentException(
                    "lease must be in [" + least + ", " + greatest + "] on this store: lease=" + lease);
        }
        return withLease(isShorter ? least : greatest);
    }

    /**
     * Returns what holds where nothing is said: a lease of 30 seconds, or the nearest that the store offers, renewed without a
     * limit, no delay, not fair.
     *
     * @return the defaults
     */
    public static LockOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Changes the lease.
     *
     * @param changed in [100 ms, 1 day]
     * @return the changed copy
     */
    public LockOptions withLease(Duration changed) {
        return new LockOptions(changed, renewed, maxHold, delay, fair);
    }

    /**
     * Lets the lock end with its first lease.
     *
     * @return the changed copy
     */
    public LockOptions notRenewed() {
        return new LockOptions(lease, false, maxHold, delay, fair);
    }

    /**
     * Bounds how long the lock may be held.
     *
     * @param changed in [lease, 365 days]
     * @return the changed copy
     */
    public LockOptions withMaxHold(Duration changed) {
        return new LockOptions(lease, renewed, Optional.of(changed), delay, fair);
    }

    /**
     * Changes the delay after a holder that did not release.
     *
     * @param changed in [0, 1 hour]
     * @return the changed copy
     */
    public LockOptions withDelay(Duration changed) {
        return new LockOptions(lease, renewed, maxHold, changed, fair);
    }

    /**
     * Makes the lock fair.
     *
     * @return the changed copy
     */
    public LockOptions inOrder() {
        return new LockOptions(lease, renewed, maxHold, delay, true);
    }
}
