package dev.pawl.delay.redis;

import dev.pawl.delay.spi.JobStore;
import dev.pawl.redis.Redis;
import dev.pawl.testkit.JobStoreTck;
import java.time.Duration;
import java.util.UUID;

/** The kit of job stores over one Redis port, which all stores of a test share as they share a server. */
abstract class RedisJobContract extends JobStoreTck {

    private final String namespace = "kit-" + UUID.randomUUID();

    /** The port, which stays open for all tests of the class. */
    abstract Redis redis();

    @Override
    protected JobStore open(Duration retryHorizon) {
        return RedisJobStore.of(redis(), namespace, retryHorizon);
    }
}
