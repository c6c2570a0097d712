package dev.pawl.idgen.store;

import dev.pawl.idgen.Guarantee;
import dev.pawl.idgen.Guarantee.Level;
import dev.pawl.idgen.spi.SegmentTag;
import dev.pawl.idgen.spi.WorkerLeaseStore;
import dev.pawl.idgen.spi.WorkerRecord;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

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
        SegmentTag.requireName(space);
        return CompletableFuture.completedFuture(records.entrySet().stream()
                .filter(entry -> entry.getKey().space.equals(space))
                .map(Map.Entry::getValue)
                .toList());
    }

    @Override
    public CompletionStage<Optional<WorkerRecord>> read(String space, int workerId) {
        Key key = new Key(SegmentTag.requireName(space), workerId);
        return CompletableFuture.completedFuture(Optional.ofNullable(records.get(key)));
    }

    @Override
    public CompletionStage<Boolean> compareAndSet(String space, Optional<WorkerRecord> expected, WorkerRecord next) {
        WorkerRecord.requireNext(expected, next);
        AtomicBoolean written = new AtomicBoolean();
        records.compute(new Key(SegmentTag.requireName(space), next.workerId()), (key, present) -> {
            written.set(WorkerRecord.sameVersion(Optional.ofNullable(present), expected));
            return written.get() ? next : present;
        });
        return CompletableFuture.completedFuture(written.get());
    }

    @Override
    public CompletionStage<Optional<Instant>> time() {
        return CompletableFuture.completedFuture(Optional.empty());
    }

    @Override
    public Guarantee guarantee() {
        return new Guarantee(Level.EPHEMERAL, "this process");
    }

    private record Key(String space, int workerId) {}
}
