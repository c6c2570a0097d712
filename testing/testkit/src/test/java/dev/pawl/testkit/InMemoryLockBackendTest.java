package dev.pawl.testkit;

import dev.pawl.lock.memory.InMemoryLockBackend;
import dev.pawl.lock.spi.LockBackend;
import java.util.OptionalInt;

/** Locks within one process meet the kit. */
final class InMemoryLockBackendTest extends LockBackendTck {

    private final InMemoryLockBackend backend = new InMemoryLockBackend();

    @Override
    protected LockBackend open() {
        return backend;
    }

    @Override
    protected OptionalInt kept() {
        return OptionalInt.of(backend.size());
    }
}
