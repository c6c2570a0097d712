package dev.pawl.lock.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.etcd.Etcd;
import dev.pawl.etcd.EtcdKeys;
import dev.pawl.lock.LockHandle;
import dev.pawl.lock.LockOptions;
import dev.pawl.lock.LockService;
import dev.pawl.lock.spi.LockBackend;
import dev.pawl.lock.spi.LockFeature;
import dev.pawl.testkit.LockBackendTck;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.RangeRequest;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The kit of lock backends over one connection, which all backends of a test share as they share a server. */
abstract class EtcdLockContract extends LockBackendTck {

    private final String namespace = "kit-" + UUID.randomUUID();

    /** The connection, which stays open for all tests of the class. */
    abstract Etcd etcd();

    /** The first call of a process loads classes and connects, for longer than the leases that tests wait for. */
    static void warmUp(Etcd etcd) {
        try (LockService locks = LockService.of(EtcdLockBackend.of(etcd, "kit-warm-up"))) {
            locks.lock("a", LockOptions.defaults().withLease(Duration.ofSeconds(5)))
                    .tryAcquire()
                    .ifPresent(LockHandle::release);
        }
    }

    @Override
    protected LockBackend open() {
        return EtcdLockBackend.of(
                etcd(), namespace, EtcdLockOptions.defaults().withGreatestLease(Duration.ofSeconds(10)));
    }

    @Override
    protected boolean grantsByMessage() {
        return false;
    }

    @Test
    void whatIsOfferedIsWhatTheTableSays() {
        assertThat(open().guarantees().features())
                .containsExactlyInAnyOrder(
                        LockFeature.FAIR, LockFeature.READ_WRITE, LockFeature.DESCRIBE, LockFeature.ADMIN);
    }

    /** Keys, but for the numbers of starts. */
    @Override
    protected OptionalInt kept() {
        return OptionalInt.of((int) etcd()
                .call(
                        KVGrpc.getRangeMethod(),
                        RangeRequest.newBuilder()
                                .setKey(EtcdKeys.bytes(namespace + "/"))
                                .setRangeEnd(EtcdKeys.end(namespace + "/"))
                                .setKeysOnly(true)
                                .build())
                .join()
                .getKvsList()
                .stream()
                .filter(kv -> !kv.getKey().toStringUtf8().contains("/boot/"))
                .count());
    }
}
