package dev.pawl.lock.redis;

import dev.pawl.servers.RedisProcesses;
import dev.pawl.servers.RedisServers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** RedLock over five masters. */
@RedisServers(5)
@Tag("slow")
final class RedLockFiveIT extends RedLockContract {

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
