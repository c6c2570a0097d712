package dev.pawl.chaos;

import dev.pawl.servers.CuttingProxy;
import java.io.IOException;

/** What takes part in a round: worker processes that count under one lock, the counter, the store, and the way to it. */
record LockScene(
        LockSetup setup,
        StoreUnderFault store,
        GuardedCounter counter,
        CuttingProxy proxy,
        LockHistory history,
        LockWorkers workers)
        implements AutoCloseable {

    /** Starts counter, proxy and workers. */
    static LockScene of(LockSetup setup, StoreUnderFault store) throws IOException {
        GuardedCounter counter = new GuardedCounter(setup.guarded());
        CuttingProxy proxy = CuttingProxy.to("127.0.0.1", store.server().port());
        LockHistory history = new LockHistory();
        LockWorkers workers = new LockWorkers(setup, counter.port(), proxy.port(), history);
        return new LockScene(setup, store, counter, proxy, history, workers);
    }

    void awaitWrites(int more) {
        long before = counter.writes();
        Await.until(more + " more writes", Await.PATIENCE, () -> {
            workers.requireRunning();
            return counter.writes() >= before + more;
        });
    }

    @Override
    public void close() throws IOException {
        workers.close();
        proxy.close();
        counter.close();
    }
}
