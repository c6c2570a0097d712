package dev.pawl.chaos;

import java.io.IOException;

/** What takes part in a round: worker processes that count under one lock, the counter, and the store. */
record LockScene(
        LockSetup setup, StoreUnderFault store, GuardedCounter counter, LockHistory history, LockWorkers workers)
        implements AutoCloseable {

    /** Starts counter and workers. */
    static LockScene of(LockSetup setup, StoreUnderFault store) throws IOException {
        GuardedCounter counter = new GuardedCounter(setup.guarded());
        LockHistory history = new LockHistory();
        LockWorkers workers = new LockWorkers(setup, counter.port(), store, history);
        return new LockScene(setup, store, counter, history, workers);
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
        counter.close();
    }
}
