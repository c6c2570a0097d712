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
 * round trip.
 */
public final class RedisJobStore implements JobStore {

    /** For how long requests may be repeated by default. */
    public static final Duration DEFAULT_RETRY_HORIZON = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(RedisJobStore.class);
    private static final JobStoreGuarantees GUARANTEES = new JobStoreGuarantees(
            "redis",
            Set.of(Durability.APPLIED),
            "the primary keeps what it acknowledged; a fail-over to a replica that lags, or a restart from an older file, loses jobs"
                    + " that were taken and brings back ones that were finished",
            "the counter of the partition in the primary; after a loss of it the server's clock, if clocks differ by less than the"
                    + " time without a primary");

    private final Redis redis;
    private final RedisKeys keys;
    private final PartitionCalls calls;
    private final Duration retryHorizon;

    private RedisJobStore(Redis redis, String namespace, Duration retryHorizon) {
        this.redis = Objects.requireNonNull(redis, "redis");
        this.keys = new RedisKeys(namespace);
        ServerCheck check = new ServerCheck(redis, "jobs", Clock.systemUTC(), Ticker.system(), LOG::warn);
        this.calls = new PartitionCalls(redis, keys, check);
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
        return new RedisJobStore(redis, namespace, retryHorizon);
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
        return new RedisJobSession(this, calls, new Hints(redis, listener));
    }

    /** Does nothing: the connection is the caller's. */
    @Override
    public void close() {}
}
