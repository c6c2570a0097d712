package dev.pawl.delay.redis;

import dev.pawl.common.Ticker;
import dev.pawl.delay.spi.Durability;
import dev.pawl.delay.spi.HeadListener;
import dev.pawl.delay.spi.JobSession;
import dev.pawl.delay.spi.JobStore;
import dev.pawl.delay.spi.JobStoreGuarantees;
import dev.pawl.delay.spi.Partition;
import dev.pawl.fencing.FencingToken;
import dev.pawl.redis.Redis;
import dev.pawl.redis.RedisKeys;
import dev.pawl.redis.ServerCheck;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delayed jobs in one Redis: alone, with replicas behind Sentinel, or as a Cluster; 6.2 and later. Each request is one script, so one
 * round trip. Keys, limits and failures: {@code docs/backends/delay-redis.md}.
 *
 * <p>Time is the server's wall clock; a step back delays what is pending, and a step forward makes it due. A fail-over to a replica
 * that lags loses jobs that were taken, unless they were enqueued {@link Durability#REPLICATED}, and brings back ones that were
 * finished. {@code REPLICATED} takes up to a second, since that is how often replicas report, and ends {@code UNKNOWN} if none has
 * the jobs within three seconds. {@link Durability#SYNCED} is not offered: whether a server has synced cannot be asked in a script.
 *
 * <p>Thread-safe. Before the first request it asks each master for its settings, refuses one that may evict keys, and logs a warning if
 * a clock differs from this process's by more than 10 s; where a master does not answer, requests go on and it is asked again.
 */
public final class RedisJobStore implements JobStore {

    /** For how long requests may be repeated by default. */
    public static final Duration DEFAULT_RETRY_HORIZON = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(RedisJobStore.class);
    private static final JobStoreGuarantees GUARANTEES = new JobStoreGuarantees(
            "redis",
            Set.of(Durability.APPLIED, Durability.REPLICATED),
            "the primary keeps what it acknowledged; a fail-over to a replica that lags, or a restart from an older file, loses jobs"
                    + " that were taken and brings back ones that were finished",
            "the counter of the partition in the primary; after a loss of it the server's clock, if clocks differ by less than the"
                    + " time without a primary");

    private final Redis redis;
    private final RedisKeys keys;
    private final PartitionCalls calls;
    private final Replication replication;
    private final Duration retryHorizon;

    private RedisJobStore(Redis redis, String namespace, Duration retryHorizon) {
        this.redis = Objects.requireNonNull(redis, "redis");
        this.keys = new RedisKeys(namespace);
        ServerCheck check = new ServerCheck(redis, "jobs", Clock.systemUTC(), Ticker.system(), LOG::warn);
        this.calls = new PartitionCalls(redis, keys, check);
        this.replication = new Replication(redis, Ticker.system());
        this.retryHorizon = retryHorizon;
    }

    /**
     * Makes a store with {@link #DEFAULT_RETRY_HORIZON}. Asks nobody yet.
     *
     * @param redis the connection; stays open when the store is closed
     * @param namespace what all keys and channels begin with, and tokens' issuers: whoever has another one has other jobs
     * @return the store
     * @throws IllegalArgumentException if the namespace is too long, empty, or no well-formed text
     */
    public static RedisJobStore of(Redis redis, String namespace) {
        return of(redis, namespace, DEFAULT_RETRY_HORIZON);
    }

    /**
     * Makes a store. Asks nobody yet.
     *
     * @param redis the connection; stays open when the store is closed
     * @param namespace what all keys and channels begin with, and tokens' issuers: whoever has another one has other jobs
     * @param retryHorizon for how long requests may be repeated, in [1 s, 1 day]; the same for all clients of the namespace
     * @return the store
     * @throws IllegalArgumentException if the namespace is too long, empty, or no well-formed text, or the horizon is out of range
     */
    public static RedisJobStore of(Redis redis, String namespace, Duration retryHorizon) {
        if (retryHorizon.compareTo(Duration.ofSeconds(1)) < 0 || retryHorizon.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("retryHorizon must be in [1 s, 1 day]: retryHorizon=" + retryHorizon);
        }
        RedisJobStore store = new RedisJobStore(redis, namespace, retryHorizon);
        requireRoomForNames(store);
        return store;
    }

    /** Else a long name would be refused one day, by the first job of its queue that is delivered. */
    private static void requireRoomForNames(RedisJobStore store) {
        try {
            store.issuer(new Partition("x".repeat(Partition.GREATEST_BYTES), Partition.MOST - 1));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "namespace must leave room for the longest name of a queue in the issuers of tokens, so about 490 bytes of"
                            + " UTF-8: namespace=" + store.keys.namespace(),
                    e);
        }
    }

    @Override
    public JobStoreGuarantees guarantees() {
        return GUARANTEES;
    }

    @Override
    public Duration retryHorizon() {
        return retryHorizon;
    }

    @Override
    public String issuer(Partition partition) {
        return FencingToken.issuer("redis", keys.namespace(), "delay/" + partition);
    }

    @Override
    public JobSession open(String id, HeadListener listener) {
        return new RedisJobSession(this, calls, replication, new Hints(redis, listener));
    }

    /** Does nothing: the connection is the caller's. */
    @Override
    public void close() {}
}
