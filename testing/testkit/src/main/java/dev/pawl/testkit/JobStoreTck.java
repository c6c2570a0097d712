package dev.pawl.testkit;

import dev.pawl.delay.spi.JobStore;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * What every {@link JobStore} owes to delayed jobs, as tests of its sessions by requests written by hand. Extend it, say how a store is
 * opened, and run it with JUnit Jupiter:
 *
 * <pre>{@code
 * final class MyJobStoreIT extends JobStoreTck {
 *     @Override
 *     protected JobStore open(Duration retryHorizon) {
 *         return new MyJobStore(client, namespace, retryHorizon);
 *     }
 * }
 * }</pre>
 *
 * <p>Where JUnit's parallel execution is enabled, the tests of one class run at the same time, since they mostly wait. Each uses
 * partitions of its own, so that they may share a namespace. The store's clock must run, or be moved by {@link #pass}; what is asserted of
 * times is asserted by the store's own clock, so that a busy machine makes the tests slow and not red.
 */
@Execution(ExecutionMode.CONCURRENT)
public abstract class JobStoreTck extends JobLookTests {

    /** Makes the test. */
    protected JobStoreTck() {}
}
