package dev.pawl.lock.zookeeper;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.data.ACL;

/**
 * What may be chosen for all locks of a backend. Immutable.
 *
 * @param sessionTimeout after which silence the servers end the locks of a process; at least three ticks, and within what the servers
 *     allow, by default 2 to 20 ticks of theirs. It bounds the leases, see {@link #greatestLease()}
 * @param tick the servers' {@code tickTime}, or more
 * @param lockDelay how much longer than its lease a lock is kept from others if it was not released
 * @param acl the rights on what is made
 */
public record ZooKeeperLockOptions(Duration sessionTimeout, Duration tick, Duration lockDelay, List<ACL> acl) {

    /** How many ticks a session timeout must have. */
    private static final int LEAST_TICKS = 3;

    /** How often within a session timeout a session writes. */
    static final int WRITES = 6;

    /** The share of a session timeout that is left out, for clocks of different speed. */
    static final int DRIFT = 100;

    /** Checks the times. */
    public ZooKeeperLockOptions {
        Objects.requireNonNull(sessionTimeout, "sessionTimeout");
        if (tick.isNegative() || tick.isZero()) {
            throw new IllegalArgumentException("tick must be > 0: tick=" + tick);
        }
        if (sessionTimeout.compareTo(tick.multipliedBy(LEAST_TICKS)) < 0) {
            throw new IllegalArgumentException(
                    "sessionTimeout must be at least three ticks: sessionTimeout=" + sessionTimeout + ", tick=" + tick);
        }
        if (sessionTimeout.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException(
                    "sessionTimeout must be at most a day: sessionTimeout=" + sessionTimeout);
        }
        if (lockDelay.isNegative()) {
            throw new IllegalArgumentException("lockDelay must be >= 0: lockDelay=" + lockDelay);
        }
        acl = List.copyOf(acl);
        if (lease(sessionTimeout, tick, lockDelay).compareTo(Duration.ofMillis(100)) < 0) {
            throw new IllegalArgumentException("sessionTimeout must leave a lease of 100 ms: sessionTimeout="
                    + sessionTimeout + ", tick=" + tick + ", lockDelay=" + lockDelay);
        }
    }

    /**
     * Returns the defaults: a session timeout of 30 s, a tick of 2 s, no lock-delay, and everybody has all rights.
     *
     * @return the defaults, with leases of up to 22.7 s
     */
    public static ZooKeeperLockOptions defaults() {
        return new ZooKeeperLockOptions(
                Duration.ofSeconds(30), Duration.ofSeconds(2), Duration.ZERO, ZooDefs.Ids.OPEN_ACL_UNSAFE);
    }

    /**
     * Returns the same options with another session timeout.
     *
     * @param timeout the session timeout
     * @return the options
     */
    public ZooKeeperLockOptions withSessionTimeout(Duration timeout) {
        return new ZooKeeperLockOptions(timeout, tick, lockDelay, acl);
    }

    /**
     * Returns the same options with another tick.
     *
     * @param other the tick
     * @return the options
     */
    public ZooKeeperLockOptions withTick(Duration other) {
        return new ZooKeeperLockOptions(sessionTimeout, other, lockDelay, acl);
    }

    /**
     * Returns the same options with another lock-delay.
     *
     * @param delay the lock-delay
     * @return the options
     */
    public ZooKeeperLockOptions withLockDelay(Duration delay) {
        return new ZooKeeperLockOptions(sessionTimeout, tick, delay, acl);
    }

    /**
     * Returns the same options with other rights on what is made.
     *
     * @param rights the rights
     * @return the options
     */
    public ZooKeeperLockOptions withAcl(List<ACL> rights) {
        return new ZooKeeperLockOptions(sessionTimeout, tick, lockDelay, rights);
    }

    /**
     * Returns the longest lease that these options leave: what is proven at any time of a session that writes each sixth of its
     * timeout. The newest write that counts is at most that and a tick old.
     *
     * @return session timeout less 1 %, a sixth of it, a tick, and the lock-delay
     */
    public Duration greatestLease() {
        return lease(sessionTimeout, tick, lockDelay);
    }

    private static Duration lease(Duration timeout, Duration tick, Duration delay) {
        return timeout.minus(timeout.dividedBy(DRIFT))
                .minus(timeout.dividedBy(WRITES))
                .minus(tick)
                .minus(delay);
    }
}
