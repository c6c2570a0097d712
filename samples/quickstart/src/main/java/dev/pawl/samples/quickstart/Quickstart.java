package dev.pawl.samples.quickstart;

import dev.pawl.fencing.FencingToken;
import dev.pawl.fencing.InMemoryFenceGuard;
import dev.pawl.fencing.StaleTokenException;
import dev.pawl.idgen.snowflake.SnowflakeGenerator;
import dev.pawl.idgen.snowflake.WorkerIds;
import dev.pawl.idgen.store.FileWorkerLeaseStore;
import dev.pawl.lock.LockHandle;
import dev.pawl.lock.LockService;
import dev.pawl.lock.memory.InMemoryLockBackend;
import java.nio.file.Path;

/** Takes an id, writes under a lock, and shows that a former holder is refused. Nothing to install. */
public final class Quickstart {

    private Quickstart() {}

    /**
     * Runs it.
     *
     * @param args an empty directory for the lease of the worker id
     * @throws Exception if it is not as it should be
     */
    public static void main(String[] args) throws Exception {
        FileWorkerLeaseStore workers = FileWorkerLeaseStore.in(Path.of(args[0]));
        InMemoryFenceGuard stock = InMemoryFenceGuard.of("stock of sku-1");
        try (LockService locks = LockService.of(new InMemoryLockBackend());
                SnowflakeGenerator ids = SnowflakeGenerator.builder(WorkerIds.leased(workers, "orders"))
                        .build()) {
            FencingToken former;
            try (LockHandle handle = locks.lock("sku-1").acquire()) {
                former = handle.token();
                stock.enter(former); // first of all: before anything is read
                stock.run(former, () -> System.out.println("order " + ids.nextId() + " under token " + handle.token()));
            }
            try (LockHandle handle = locks.lock("sku-1").acquire()) {
                stock.enter(handle.token());
                stock.run(former, () -> System.out.println("this must not be printed"));
                throw new IllegalStateException("former holder must be refused");
            } catch (StaleTokenException refused) {
                System.out.println("the former holder is refused: " + refused.getMessage());
            }
        }
    }
}
