package dev.pawl.testkit;

import dev.pawl.lock.spi.LockBackend;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * What every {@link LockBackend} owes to locks, as tests: of its sessions by requests written by hand, and of a lock
 * service over it. Extend it, say how a backend is opened, and run it with JUnit Jupiter:
 *
 * <pre>{@code
 * final class MyLockBackendIT extends LockBackendTck {
 *     @Override
 *     protected LockBackend open() {
 *         return new MyLockBackend(client, namespace);
 *     }
 * }
 * }</pre>
 *
 * <p>Where JUnit's parallel execution is enabled, the tests of one class run at the same time, since they mostly wait.
 *
 * <p>Each test needs a namespace of its own, which all backends that it opens share. Tests of what the store does not offer by its
 * {@link LockBackend#guarantees()} are skipped. The store's clock must run; leases that a test waits for are 150 ms to 2 s
 * long, or the store's shortest where a lock service asks; its longest must be 10 s or more. After each test everything is given back, and the store must then keep nothing if it can tell.
 */
@Execution(ExecutionMode.CONCURRENT)
public abstract class LockBackendTck extends LockAdminTests {

    /** Makes the test. */
    protected LockBackendTck() {}
}
