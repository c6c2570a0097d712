package dev.pawl.lock.redis;

import dev.pawl.servers.RedisProcesses;
import dev.pawl.servers.RedisServers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** RedLock over three masters. */
@RedisServers(3)
final class RedLockThreeIT extends RedLockContract {

    private static RedLockNodes nodes;

    @BeforeAll
    static void connect(RedisProcesses servers) {
        nodes = new RedLockNodes(servers);
    }

    @AfterAll
    static void close() {
        nodes.close();
    }

    @Override
    RedLockNodes nodes() {
        return nodes;
    }
}
