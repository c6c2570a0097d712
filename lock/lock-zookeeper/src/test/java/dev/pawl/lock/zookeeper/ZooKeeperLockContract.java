package dev.pawl.lock.zookeeper;

import dev.pawl.lock.spi.LockBackend;
import dev.pawl.lock.spi.LockResource;
import dev.pawl.testkit.LockBackendTck;
import java.util.OptionalInt;
import java.util.UUID;

/** The kit of lock backends over one or more servers. */
abstract class ZooKeeperLockContract extends LockBackendTck {

    private final String namespace = "/kit-" + UUID.randomUUID();

    abstract String connectString();

    @Override
    protected LockBackend open() {
        return ZooKeeperLockBackend.of(ZooKeeperConnector.to(connectString()), namespace);
    }

    @Override
    protected boolean grantsByMessage() {
        return false;
    }

    @Override
    protected OptionalInt kept() {
        int kept = 0;
        try (LockBackend backend = open()) {
            for (LockResource.Kind kind : LockResource.Kind.values()) {
                kept += backend.administration()
                        .list(kind)
                        .toCompletableFuture()
                        .join()
                        .size();
            }
        }
        return OptionalInt.of(kept);
    }
}
