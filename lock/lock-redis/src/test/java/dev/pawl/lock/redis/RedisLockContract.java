package dev.pawl.lock.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.lock.spi.LockBackend;
import dev.pawl.lock.spi.LockFeature;
import dev.pawl.lock.spi.LockResource;
import dev.pawl.redis.Redis;
import dev.pawl.redis.RedisKeys;
import dev.pawl.testkit.LockBackendTck;
import java.util.OptionalInt;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The kit of lock backends over one Redis port, which all backends of a test share as they share a server. */
abstract class RedisLockContract extends LockBackendTck {

    private final RedisKeys keys = new RedisKeys("kit-" + UUID.randomUUID());

    /** The port, which stays open for all tests of the class. */
    abstract Redis redis();

    @Override
    protected LockBackend open() {
        return RedisLockBackend.of(redis(), keys.namespace());
    }

    @Test
    void whatIsOfferedIsWhatTheTableSays() {
        assertThat(open().guarantees().features()).containsExactlyInAnyOrder(LockFeature.values());
    }

    @Override
    protected OptionalInt kept() {
        LockBackend backend = open();
        int kept = 0;
        for (LockResource.Kind kind : LockResource.Kind.values()) {
            kept += backend.administration()
                    .list(kind)
                    .toCompletableFuture()
                    .join()
                    .size();
            kept += redis().scan(keys.prefix(kind.text()))
                    .thenApply(found -> (int)
                            found.stream().filter(key -> !key.endsWith("}")).count())
                    .toCompletableFuture()
                    .join();
        }
        return OptionalInt.of(kept);
    }
}
