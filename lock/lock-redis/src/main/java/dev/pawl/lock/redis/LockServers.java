package dev.pawl.lock.redis;

import dev.pawl.common.Ticker;
import dev.pawl.redis.Redis;
import dev.pawl.redis.ServerCheck;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The servers that keep locks. */
final class LockServers {

    private static final Logger LOG = LoggerFactory.getLogger(LockServers.class);

    private LockServers() {}

    static ServerCheck check(Redis redis, Clock clock, Ticker ticker) {
        return new ServerCheck(redis, "locks", clock, ticker, LOG::warn);
    }
}
