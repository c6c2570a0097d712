package dev.pawl.idgen.store;

import dev.pawl.idgen.Guarantee;
import dev.pawl.idgen.Guarantee.Level;
import dev.pawl.idgen.spi.Reservation;
import dev.pawl.idgen.spi.Reservation.Exhausted;
import dev.pawl.idgen.spi.Reservation.Range;
import dev.pawl.idgen.spi.Reservation.UnknownTag;
import dev.pawl.idgen.spi.SegmentStore;
import dev.pawl.idgen.spi.SegmentTag;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Segments kept in this object only, for tests and for ids that need not outlive the process. Thread-safe; answers on the
 * caller's thread and never blocks.
 */
public final class InMemorySegmentStore implements SegmentStore {

    private final Map<String, Row> rows = new ConcurrentHashMap<>();

    /** Makes a store without tags. */
    public InMemorySegmentStore() {}

    @Override
    public CompletionStage<Boolean> create(SegmentTag tag) {
        Row created = new Row(tag.firstId() - 1, tag.maxId(), 0);
        return CompletableFuture.completedFuture(rows.putIfAbsent(tag.name(), created) == null);
    }

    @Override
    public CompletionStage<Reservation> reserve(String tag, long step) {
        if (step < 1) {
            throw new IllegalArgumentException("step must be >= 1: step=" + step);
        }
        AtomicReference<Reservation> answer = new AtomicReference<>(new UnknownTag());
        rows.computeIfPresent(SegmentTag.requireName(tag), (name, row) -> {
            if (row.mark == row.maxId) {
                answer.set(new Exhausted(row.maxId));
                return row;
            }
            Row moved = new Row(row.mark + Math.min(step, row.maxId - row.mark), row.maxId, row.revision + 1);
            answer.set(new Range(row.mark + 1, moved.mark, moved.revision));
            return moved;
        });
        return CompletableFuture.completedFuture(answer.get());
    }

    @Override
    public CompletionStage<Boolean> giveBack(String tag, Range range, long lastUsed) {
        if (lastUsed < range.first() - 1 || lastUsed > range.last()) {
            throw new IllegalArgumentException(
                    "lastUsed must be in [" + (range.first() - 1) + ", " + range.last() + "]: lastUsed=" + lastUsed);
        }
        AtomicReference<Boolean> given = new AtomicReference<>(false);
        rows.computeIfPresent(SegmentTag.requireName(tag), (name, row) -> {
            if (row.revision != range.revision()) {
                return row;
            }
            given.set(true);
            return new Row(lastUsed, row.maxId, row.revision + 1);
        });
        return CompletableFuture.completedFuture(given.get());
    }

    @Override
    public Guarantee guarantee() {
        return new Guarantee(Level.EPHEMERAL, "this process");
    }

    private record Row(long mark, long maxId, long revision) {}
}
