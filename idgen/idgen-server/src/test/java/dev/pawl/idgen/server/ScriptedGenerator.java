package dev.pawl.idgen.server;

import dev.pawl.idgen.Guarantee;
import dev.pawl.idgen.IdGenerator;
import dev.pawl.idgen.IdRun;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A generator that counts, fails or waits as a test tells it to. */
final class ScriptedGenerator implements IdGenerator {

    private final AtomicLong next = new AtomicLong();
    volatile Guarantee.Level level = Guarantee.Level.EPHEMERAL;

    private volatile @Nullable RuntimeException failure;
    private volatile @Nullable CompletableFuture<Void> gate;
    private volatile boolean closed;

    ScriptedGenerator from(long first) {
        next.set(first - 1);
        return this;
    }

    void failWith(@Nullable RuntimeException thrown) {
        failure = thrown;
    }

    /** No id is at hand until the returned future is completed. */
    CompletableFuture<Void> block() {
        CompletableFuture<Void> opened = new CompletableFuture<>();
        gate = opened;
        return opened;
    }

    boolean closed() {
        return closed;
    }

    boolean ready() {
        return failure == null;
    }

    private boolean waiting() {
        CompletableFuture<Void> until = gate;
        return until != null && !until.isDone();
    }

    private void throwIfTold() {
        RuntimeException told = failure;
        if (told != null) {
            throw told;
        }
    }

    @Override
    public long nextId() {
        throwIfTold();
        return next.incrementAndGet();
    }

    @Override
    public OptionalLong tryNextId(Duration wait) {
        throwIfTold();
        return waiting() ? OptionalLong.empty() : OptionalLong.of(nextId());
    }

    @Override
    public void nextIds(long[] ids) {
        for (int i = 0; i < ids.length; i++) {
            ids[i] = nextId();
        }
    }

    @Override
    public IdRun reserve(int count) {
        throw new UnsupportedOperationException("no test needs it");
    }

    @Override
    public CompletableFuture<Long> nextIdAsync() {
        CompletableFuture<Void> until = gate;
        return until == null ? CompletableFuture.completedFuture(nextId()) : until.thenApply(open -> nextId());
    }

    @Override
    public CompletableFuture<long[]> nextIdsAsync(long[] ids) {
        CompletableFuture<Void> until = waiting() ? gate : CompletableFuture.completedFuture(null);
        return until.thenApply(open -> {
            nextIds(ids);
            return ids;
        });
    }

    @Override
    public Guarantee guarantee() {
        return new Guarantee(level, "a test");
    }

    @Override
    public void close() {
        closed = true;
    }
}
