package dev.pawl.testkit;

import dev.pawl.idgen.spi.WorkerLeaseStore;
import dev.pawl.idgen.store.InMemoryWorkerLeaseStore;

final class InMemoryWorkerLeaseStoreTest extends WorkerLeaseStoreTck {

    private final WorkerLeaseStore store = new InMemoryWorkerLeaseStore();

    @Override
    protected WorkerLeaseStore open() {
        return store;
    }
}
