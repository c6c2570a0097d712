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
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * RedLock: locks and elections on 3, 5 or 7 Redis masters that know nothing of each other, of which a majority grants. Acquire and
 * release are one script on each node, all at once. While fewer than half of the nodes are down or have lost their data, locks go on
 * and nothing that is promised is broken.
 *
 * <p>The number of a grant is a ballot: the client proposes a number above every one that it has proposed or seen, a node accepts
 * what is larger than all it has accepted for the lock, and a quorum that accepts the same proposal grants it. So tokens rise
 * from grant to grant whatever the nodes' clocks do. That intervals of valid handles are disjoint needs clocks besides: the holder's and those of
 * the nodes run at rates within a hundredth of each other, and no node's is set forward.
 *
 * <p>A node that restarted, or was flushed, has no vote until it is admitted again, which the node itself sees to:
 * {@link #admission()}. The nodes are admitted once before the first lock. The page {@code docs/backends/redlock.md} has the argument and
 * the procedure.
 *
 * <p>There is no queue and there are no messages: whoever waits asks again after 25 to 75 ms. Locks in order, read-write locks and
 * semaphores are refused. Thread-safe.
 *
 * <p>Source: "Distributed Locks with Redis", redis.io, for locks over a majority of masters; Lamport, "The Part-Time Parliament",
 * 1998, for numbered ballots whose quorums meet.
 */
public final class RedLockBackend implements LockBackend {

    /** The longest time that a lock is kept without a renewal, where nothing else is said. */
    public static final Duration DEFAULT_LONGEST = Duration.ofMinutes(1);

    private static final LockGuarantees GUARANTEES = new LockGuarantees(
            "redlock",
            EnumSet.of(LockFeature.LOCK_DELAY, LockFeature.DESCRIBE),
            "a majority of the nodes keeps what it accepted or is admitted anew, and clocks of holder and nodes run at rates"
                    + " within a hundredth; ends with a node's clock set forward",
            "majorities meet in a node that accepts rising proposals only, without a clock; a node that lost its data is watched for"
                    + " the longest lease before it votes again");

    private final RedisKeys keys;
    private final Duration longest;
    private final Quorum quorum;
    private final List<RedLockNode> nodes;
    private final Proposals proposals;

    private RedLockBackend(List<Redis> redis, String namespace, Duration longest) {
        this.keys = new RedisKeys(namespace);
        this.longest = longest;
        this.quorum = new Quorum(redis.size());
        Clock clock = Clock.systemUTC();
        this.nodes = redis.stream()
                .map(node -> new RedLockNode(node, keys, LockServers.check(node, clock, Ticker.system())))
                .toList();
        this.proposals = new Proposals(() -> micros(clock.instant()));
    }

    private static long micros(Instant now) {
        return TimeUnit.SECONDS.toMicros(now.getEpochSecond()) + now.getNano() / 1000;
    }

    /**
     * Makes a backend whose locks are kept for {@link #DEFAULT_LONGEST} at most without a renewal. Asks nobody yet.
     *
     * @param nodes connections to 3, 5 or 7 different masters, none of them a Cluster or behind Sentinel, in the same order for every
     *     client; their timeouts must be far below the leases. They stay open when the backend is closed
     * @param namespace what all keys begin with, and tokens' issuers: 1 to 480 bytes of UTF-8, of which slashes and percent signs
     *     count three times
     * @return the backend
     * @throws IllegalArgumentException if there is another number of nodes, one comes twice, or the namespace is too long, empty, or no
     *     well-formed text
     */
    public static RedLockBackend of(List<Redis> nodes, String namespace) {
        return of(nodes, namespace, DEFAULT_LONGEST);
    }

    /**
     * Makes a backend. Asks nobody yet.
     *
     * @param nodes as for {@link #of(List, String)}
     * @param namespace as for {@link #of(List, String)}
     * @param longest how long a lock is kept at most without a renewal, lease and lock-delay together: the same for every client. A
     *     node that restarted waits for as long. From 1 s to 1 day
     * @return the backend
     * @throws IllegalArgumentException if the longest time is out of bounds, or as for {@link #of(List, String)}
     */
    public static RedLockBackend of(List<Redis> nodes, String namespace, Duration longest) {
        if (nodes.stream().distinct().count() != nodes.size()) {
            throw new IllegalArgumentException("nodes must be different: nodes=" + nodes);
        }
        if (longest.compareTo(Duration.ofSeconds(1)) < 0 || longest.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("longest must be in [PT1S, PT24H]: longest=" + longest);
        }
        RedisLockBackend.requireRoomForNames("redlock", namespace);
        return new RedLockBackend(nodes, namespace, longest);
    }

    @Override
    public LockGuarantees guarantees() {
        return GUARANTEES;
    }

    @Override
    public String issuer(LockResource resource) {
        return FencingToken.issuer("redlock", keys.namespace(), resource.toString());
    }

    /**
     * Returns how long a lock is kept at most; a lock-delay counts towards it.
     *
     * @return the longest time
     */
    @Override
    public Duration greatestLease() {
        return longest;
    }

    @Override
    public LockSession open(String id, GrantListener listener) {
        return new RedLockSession(nodes, proposals, ThreadLocalRandom::current, Ticker.system());
    }

    /** Describes and refuses holders; list, take-over and boot numbers are refused. */
    @Override
    public LockAdministration administration() {
        return new RedLockAdministration(nodes, GUARANTEES);
    }

    /**
     * Returns what decides which nodes have a vote: for the set-up and for whoever operates the nodes.
     *
     * @return the admission; it remembers what it watches, so keep it
     */
    public RedLockAdmission admission() {
        return new RedLockAdmission(nodes, quorum, longest, Ticker.system());
    }

    /** Does nothing: the connections are the caller's. */
    @Override
    public void close() {}
}
