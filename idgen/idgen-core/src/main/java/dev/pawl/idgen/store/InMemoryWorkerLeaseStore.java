package dev.pawl.idgen.store;

import dev.pawl.idgen.Guarantee;
import dev.pawl.idgen.Guarantee.Level;
import dev.pawl.idgen.spi.WorkerLeaseStore;
import dev.pawl.idgen.spi.WorkerRecord;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Worker leases kept in this object only, for tests and for several generators in one process. Thread-safe; answers on the
 * caller's thread and never blocks.
 */
public final class InMemoryWorkerLeaseStore implements WorkerLeaseStore {

    private final Map<Key, WorkerRecord> records = new ConcurrentHashMap<>();

    /** Makes a store without records. */
    public InMemoryWorkerLeaseStore() {}

    @Override
    public CompletionStage<List<WorkerRecord>> readAll(String space) {
        return CompletableFuture.completedFuture(records.entrySet().stream()
                .filter(entry -> entry.getKey().space.equals(space))
                .map(Map.Entry::getValue)
                .toList());
    }

    @Override
    public CompletionStage<Optional<WorkerRecord>> read(String space, int workerId) {
        return CompletableFuture.completedFuture(Optional.ofNullable(records.get(new Key(space, workerId))));
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // an equal record that is there already was not written by this call
    public CompletionStage<Boolean> compareAndSet(String space, Optional<WorkerRecord> expected, WorkerRecord next) {
        WorkerRecord now = records.compute(
                new Key(space, next.workerId()),
                (key, present) -> WorkerRecord.sameVersion(Optional.ofNullable(present), expected) ? next : present);
        return CompletableFuture.completedFuture(now == next);
    }

    @Override
    public Guarantee guarantee() {
        return new Guarantee(Level.EPHEMERAL, "this process");
    }

    private record Key(String space, int workerId) {}
}
