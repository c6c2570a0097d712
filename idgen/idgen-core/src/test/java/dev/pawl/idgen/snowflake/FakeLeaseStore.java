package dev.pawl.idgen.snowflake;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.idgen.Guarantee;
import dev.pawl.idgen.spi.WorkerLeaseStore;
import dev.pawl.idgen.spi.WorkerRecord;
import dev.pawl.idgen.store.InMemoryWorkerLeaseStore;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An in-memory store that can be told to fail, to lose replies and to forget. */
final class FakeLeaseStore implements WorkerLeaseStore {

    volatile InMemoryWorkerLeaseStore real;
    volatile @Nullable RuntimeException failure;
    volatile boolean loseRepliesOfWrites;
    volatile boolean unreadable;

    /** The store's own time, if it has one. */
    volatile @Nullable Instant time;

    /** What happens while the time is read. */
    volatile Runnable duringTime = () -> {};

    /** What happens while a record is read. */
    volatile Runnable duringRead = () -> {};

    /** What happens between the reading of all records and its answer. */
    volatile Runnable afterReadAll = () -> {};

    final AtomicInteger calls = new AtomicInteger();

    FakeLeaseStore() {
        this.real = new InMemoryWorkerLeaseStore();
    }

    /** Another way to the same records, which can be cut off by itself. */
    FakeLeaseStore(FakeLeaseStore other) {
        this.real = other.real;
    }

    void forget() {
        real = new InMemoryWorkerLeaseStore();
    }

    @Override
    public CompletionStage<List<WorkerRecord>> readAll(String space) {
        CompletionStage<List<WorkerRecord>> answer = answer(() -> real.readAll(space));
        afterReadAll.run();
        return answer;
    }

    @Override
    public CompletionStage<Optional<WorkerRecord>> read(String space, int workerId) {
        duringRead.run();
        return unreadable ? CompletableFuture.failedFuture(lost()) : answer(() -> real.read(space, workerId));
    }

    @Override
    public CompletionStage<Boolean> compareAndSet(String space, Optional<WorkerRecord> expected, WorkerRecord next) {
        CompletionStage<Boolean> answer = answer(() -> real.compareAndSet(space, expected, next));
        return loseRepliesOfWrites ? CompletableFuture.failedFuture(lost()) : answer;
    }

    private <T> CompletionStage<T> answer(Supplier<CompletionStage<T>> call) {
        RuntimeException thrown = failure;
        calls.incrementAndGet();
        if (thrown != null) {
            return CompletableFuture.failedFuture(thrown);
        }
        return call.get();
    }

    private static BackendException lost() {
        return new BackendException("reply lost", Outcome.UNKNOWN, null);
    }

    @Override
    public CompletionStage<Optional<Instant>> time() {
        Optional<Instant> now = Optional.ofNullable(time);
        duringTime.run();
        return answer(() -> CompletableFuture.completedFuture(now));
    }

    @Override
    public Guarantee guarantee() {
        return real.guarantee();
    }
}
