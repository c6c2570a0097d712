package dev.pawl.lock.etcd;

import java.time.Duration;

/**
 * How sessions keep locks. Immutable.
 *
 * @param greatestLease the longest lease of a lock; locks with this lease share one lease of etcd, and cost one request each. 1 s
 *     to 1 h
 * @param leastLease the shortest lease after which etcd frees what a dead client has held: one and a half election timeouts of the
 *     servers, in whole seconds; not above the greatest
 * @param delay how much longer a lock is kept from others after the lease of a holder that did not release it; 0 to 1 h
 */
public record EtcdLockOptions(Duration greatestLease, Duration leastLease, Duration delay) {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration HOUR = Duration.ofHours(1);

    /** Checks the options. */
    public EtcdLockOptions {
        if (greatestLease.compareTo(SECOND) < 0 || greatestLease.compareTo(HOUR) > 0) {
            throw new IllegalArgumentException("greatestLease must be in [1 s, 1 h]: greatestLease=" + greatestLease);
        }
        if (leastLease.compareTo(SECOND) < 0 || leastLease.compareTo(greatestLease) > 0) {
            throw new IllegalArgumentException(
                    "leastLease must be in [1 s, " + greatestLease + "]: leastLease=" + leastLease);
        }
        if (delay.isNegative() || delay.compareTo(HOUR) > 0) {
            throw new IllegalArgumentException("delay must be in [0, 1 h]: delay=" + delay);
        }
    }

    /**
     * Returns 30 s at most, 2 s at least, as etcd's own settings allow, without a delay.
     *
     * @return the options
     */
    public static EtcdLockOptions defaults() {
        return new EtcdLockOptions(Duration.ofSeconds(30), Duration.ofSeconds(2), Duration.ZERO);
    }

    /**
     * Returns the same with another greatest lease.
     *
     * @param changed the longest lease of a lock
     * @return changed options
     */
    public EtcdLockOptions withGreatestLease(Duration changed) {
        return new EtcdLockOptions(changed, leastLease, delay);
    }

    /**
     * Returns the same with another least lease.
     *
     * @param changed the shortest lease after which etcd frees what a dead client has held
     * @return changed options
     */
    public EtcdLockOptions withLeastLease(Duration changed) {
        return new EtcdLockOptions(greatestLease, changed, delay);
    }

    /**
     * Returns the same with another delay.
     *
     * @param changed how much longer a lock is kept after a lease that was not released
     * @return changed options
     */
    public EtcdLockOptions withDelay(Duration changed) {
        return new EtcdLockOptions(greatestLease, leastLease, changed);
    }
}
