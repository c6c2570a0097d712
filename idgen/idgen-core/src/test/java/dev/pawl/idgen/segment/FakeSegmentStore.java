package dev.pawl.idgen.segment;

import dev.pawl.idgen.Guarantee;
import dev.pawl.idgen.spi.Reservation;
import dev.pawl.idgen.spi.Reservation.Range;
import dev.pawl.idgen.spi.SegmentDemand;
import dev.pawl.idgen.spi.SegmentStore;
import dev.pawl.idgen.spi.SegmentTag;
import dev.pawl.idgen.store.InMemorySegmentStore;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** An in-memory store that can be told to wait, to fail or to lie, and that remembers what it was asked. */
final class FakeSegmentStore implements SegmentStore {

    final InMemorySegmentStore real = new InMemorySegmentStore();
    final List<Long> steps = new CopyOnWriteArrayList<>();
    final AtomicInteger inFlight = new AtomicInteger();
    final AtomicInteger mostInFlight = new AtomicInteger();

    /** Answers wait for it. */
    volatile CompletableFuture<?> gate = CompletableFuture.completedFuture(null);

    /** What reservations fail with. */
    volatile @Nullable RuntimeException failure;

    /** What reservations answer instead of the truth. */
    volatile @Nullable Reservation lie;

    FakeSegmentStore() {
        real.create(SegmentTag.of("orders"));
    }

    @Override
    public CompletionStage<Boolean> create(SegmentTag tag) {
        return real.create(tag);
    }

    @Override
    public CompletionStage<Reservation> reserve(SegmentDemand demand) {
        steps.add(demand.step());
        mostInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
        return gate.thenCompose(open -> {
            inFlight.decrementAndGet();
            RuntimeException thrown = failure;
            Reservation told = lie;
            if (thrown != null) {
                return CompletableFuture.failedFuture(thrown);
            }
            return told != null ? CompletableFuture.completedFuture(told) : real.reserve(demand);
        });
    }

    @Override
    public CompletionStage<Boolean> giveBack(String tag, Range range, long lastUsed) {
        RuntimeException thrown = failure;
        return thrown != null
                ? CompletableFuture.failedFuture(thrown)
                : gate.thenCompose(open -> real.giveBack(tag, range, lastUsed));
    }

    @Override
    public Guarantee guarantee() {
        return real.guarantee();
    }
}
