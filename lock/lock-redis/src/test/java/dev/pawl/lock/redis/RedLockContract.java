package dev.pawl.lock.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.common.Ticker;
import dev.pawl.lock.spi.LockBackend;
import dev.pawl.lock.spi.LockFeature;
import dev.pawl.lock.spi.LockResource;
import dev.pawl.redis.Redis;
import dev.pawl.redis.RedisKeys;
import dev.pawl.testkit.LockBackendTck;
import java.time.Clock;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The kit of lock backends over RedLock. */
abstract class RedLockContract extends LockBackendTck {

    /** The kit asks for leases and delays of minutes. */
    private static final Duration LONGEST = Duration.ofMinutes(10);

    private final RedisKeys keys = new RedisKeys("kit-" + UUID.randomUUID());
    private boolean admitted;

    /** The nodes, whose connections stay open for all tests of the class. */
    abstract RedLockNodes nodes();

    @Override
    protected boolean grantsByMessage() {
        return false;
    }

    @Override
    protected LockBackend open() {
        if (admitted) {
            return RedLockBackend.of(nodes().redis, keys.namespace(), LONGEST);
        }
        admitted = true;
        return nodes().backend(keys.namespace(), LONGEST);
    }

    @Test
    void whatIsOfferedIsWhatTheTableSays() {
        assertThat(open().guarantees().features())
                .containsExactlyInAnyOrder(LockFeature.LOCK_DELAY, LockFeature.DESCRIBE);
    }

    /** Locks that somebody has on some node, and tombstones. */
    @Override
    protected OptionalInt kept() {
        int kept = 0;
        for (Redis node : nodes().redis) {
            for (LockResource.Kind kind : LockResource.Kind.values()) {
                String prefix = "redlock-" + kind.text();
                for (String key :
                        node.scan(keys.prefix(prefix)).toCompletableFuture().join()) {
                    kept += key.endsWith("}")
                            ? held(node, kind, keys.name(prefix, key).orElseThrow())
                            : 1;
                }
            }
        }
        return OptionalInt.of(kept);
    }

    private int held(Redis node, LockResource.Kind kind, String name) {
        RedLockNode asked = new RedLockNode(node, keys, LockServers.check(node, Clock.systemUTC(), Ticker.system()));
        return asked.describe(new LockResource(kind, name)).join().millis() > 0 ? 1 : 0;
    }
}
