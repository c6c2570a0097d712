package dev.pawl.lock.redis;

import dev.pawl.common.Ticker;
import dev.pawl.fencing.FencingToken;
import dev.pawl.lock.spi.GrantListener;
import dev.pawl.lock.spi.LockAdministration;
import dev.pawl.lock.spi.LockBackend;
import dev.pawl.lock.spi.LockFeature;
import dev.pawl.lock.spi.LockGuarantees;
import dev.pawl.lock.spi.LockResource;
import dev.pawl.lock.spi.LockSession;
import dev.pawl.redis.Redis;
import dev.pawl.redis.RedisKeys;
import dev.pawl.redis.ServerCheck;
import java.time.Clock;
import java.util.EnumSet;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Locks in one Redis: alone, with replicas behind Sentinel, or as a Cluster; 6.2 and later. Each operation is one script, so one
 * round trip; two where a lock turns out to be wanted by others.
 *
 * <p>Time is the server's wall clock. Intervals of valid handles are disjoint as long as the server does not lose what it has
 * acknowledged and its clock is not set forward by more than a lease's margin: a fail-over to a replica that lags can give a lock
 * to a second holder for up to a lease. The token of a grant is the largest of the last one of the lock + 1, the server's time in microseconds, and the largest
 * that this client has seen + 1, so it rises over a loss of data too as long as the clocks of the servers differ by less than
 * the time without a primary; a guard at the resource then tells the two holders apart.
 *
 * <p>Kept after the last use of a lock: one string of 17 bytes beside its key, or of up to 120 where the holder died, for seven
 * days, so that its tokens rise whatever the server's clock does meanwhile.
 *
 * <p>Thread-safe. Before the first lock it asks each master for its settings, refuses one that may evict keys, and logs a warning
 * if a clock differs from this process's by more than 10 s; where a master does not answer, locks go on and it is asked again.
 */
public final class RedisLockBackend implements LockBackend {

    private static final LockGuarantees GUARANTEES = new LockGuarantees(
            "redis",
            EnumSet.allOf(LockFeature.class),
            "the primary keeps what it acknowledged, and its clock is not set forward; ends with a fail-over to a replica that"
                    + " lags, for up to a lease",
            "the counter of the lock in the primary; after a loss of it the server's clock, if clocks differ by less than the"
                    + " time without a primary");

    /** Tokens have the namespace in their issuer, beside a kind and a name of 512 bytes. */
    private static final int GREATEST_NAMESPACE = 480;

    private static final int GREATEST_ISSUER = 1024;

    private final Redis redis;
    private final RedisKeys keys;
    private final ServerCheck check;
    private final AtomicLong seen = new AtomicLong();

    private RedisLockBackend(Redis redis, String namespace) {
        this.redis = Objects.requireNonNull(redis, "redis");
        this.keys = new RedisKeys(namespace);
        this.check = LockServers.check(redis, Clock.systemUTC(), Ticker.system());
    }

    /**
     * Makes a backend. Asks nobody yet.
     *
     * @param redis the connection; stays open when the backend is closed
     * @param namespace what all keys and channels begin with, and tokens' issuers: whoever has another one has other locks. 1 to
     *     480 bytes of UTF-8, of which slashes and percent signs count three times
     * @return the backend
     * @throws IllegalArgumentException if the namespace is too long, empty, or no well-formed text
     */
    public static RedisLockBackend of(Redis redis, String namespace) {
        requireRoomForNames("redis", namespace);
        return new RedisLockBackend(redis, namespace);
    }

    /** Else a long name would be refused one day, by the first lock that has it. */
    static void requireRoomForNames(String kind, String namespace) {
        String rest = "x".repeat(GREATEST_ISSUER - kind.length() - 2 - GREATEST_NAMESPACE);
        try {
            FencingToken.issuer(kind, namespace, rest);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "namespace must have at most " + GREATEST_NAMESPACE + " bytes of UTF-8, slashes and percent signs"
                            + " counted three times: namespace=" + namespace,
                    e);
        }
    }

    @Override
    public LockGuarantees guarantees() {
        return GUARANTEES;
    }

    @Override
    public String issuer(LockResource resource) {
        return FencingToken.issuer("redis", keys.namespace(), resource.toString());
    }

    @Override
    public LockSession open(String id, GrantListener listener) {
        Mailbox mailbox = new Mailbox(redis, keys.key("grants", id), seen, listener);
        return new RedisLockSession(redis, new LockKeys(keys), check, seen, mailbox);
    }

    @Override
    public LockAdministration administration() {
        return new RedisLockAdministration(redis, keys, seen);
    }

    /** Does nothing: the connection is the caller's. */
    @Override
    public void close() {}
}
