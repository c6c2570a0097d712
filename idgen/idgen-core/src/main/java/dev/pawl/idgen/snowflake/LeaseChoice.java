package dev.pawl.idgen.snowflake;

import dev.pawl.idgen.LayoutMismatchException;
import dev.pawl.idgen.WorkerIdsExhaustedException;
import dev.pawl.idgen.layout.IdLayout;
import dev.pawl.idgen.spi.WorkerRecord;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the worker id that a new instance should lease, and what its record should say. Pure: it looks at what the
 * store said and at the present tick.
 *
 * <p>A worker id is free if its next owner, who must start behind the last tick of the present one, could begin at once:
 * within {@code maxAhead} of the clock. The hint comes first, then the lowest. A worker id whose owner crashed is left
 * alone until its ticks have passed, rather than waited for.
 *
 * <p>A space may pass to another layout if all ids of the old one lie below what the new one makes from now on. The old
 * one's leases are ended then, and a record of its own keeps the tick, since a third instance whose clock is behind would
 * begin below.
 */
record LeaseChoice(IdLayout layout, long nowTick, int maxAhead, OptionalInt hint, UUID incarnation) {

    WorkerRecord from(String space, List<WorkerRecord> records, Duration window) {
        Map<Integer, WorkerRecord> byId = new HashMap<>();
        for (WorkerRecord record : records) {
            if (isOfAnotherLayout(record)) {
                requireBelow(space, record);
            }
            byId.put(record.workerId(), record);
        }
        long floor = floor(records);
        int preferred = hint.isPresent() ? hint.getAsInt() % (layout.maxWorkerId() + 1) : 0;
        if (isFree(byId.get(preferred))) {
            return lease(preferred, byId.get(preferred), window, floor);
        }
        for (int id = 0; id <= layout.maxWorkerId(); id++) {
            if (isFree(byId.get(id))) {
                return lease(id, byId.get(id), window, floor);
            }
        }
        long earliest = byId.values().stream()
                        .filter(this::hasOurTicks)
                        .mapToLong(WorkerRecord::toTick)
                        .min()
                        .orElse(nowTick)
                + 1;
        throw new WorkerIdsExhaustedException(
                "a worker id must be free: space=" + space + ", workerIds=" + (layout.maxWorkerId() + 1L)
                        + ", earliestFree=" + layout.startOf(earliest),
                layout.startOf(earliest));
    }

    boolean isOfAnotherLayout(WorkerRecord record) {
        return !record.layout().isEmpty() && !hasOurTicks(record);
    }

    private boolean hasOurTicks(WorkerRecord record) {
        return record.layout().equals(layout.fingerprint());
    }

    /** Refuses another layout, unless whatever was issued by it lies below all that we could issue. */
    void requireBelow(String space, WorkerRecord record) {
        if (layout.idOf(nowTick << layout.sequenceBits(), 0) <= greatestOf(record)) {
            throw new LayoutMismatchException(
                    "all generators of a space must use one layout, or one whose ids lie above:" + " space=" + space
                            + ", layout=" + layout.fingerprint() + ", recorded=" + record.layout());
        }
    }

    /** No id that was issued until the record's last tick is greater: an id grows with each of its fields. */
    private static long greatestOf(WorkerRecord record) {
        IdLayout other;
        try {
            other = IdLayout.parse(record.layout());
        } catch (IllegalArgumentException e) {
            return Long.MAX_VALUE; // written by a version that knows more layouts
        }
        return record.toTick() < 0
                ? -1
                : other.idOf(((record.toTick() + 1) << other.sequenceBits()) - 1, other.maxWorkerId());
    }

    /** The first tick of a layout that followed another one in this space; 0 if none did. */
    long floor(List<WorkerRecord> records) {
        return records.stream()
                .filter(record -> record.workerId() == WorkerRecord.FLOOR && hasOurTicks(record))
                .mapToLong(record -> record.toTick() + 1)
                .max()
                .orElse(0);
    }

    /** The record that says from which tick on this layout follows another one, for those whose clock is behind. */
    WorkerRecord floorFrom(Optional<WorkerRecord> present, long tick, Duration window) {
        long revision = present.map(WorkerRecord::revision).orElse(0L) + 1;
        return new WorkerRecord(
                WorkerRecord.FLOOR, incarnation, tick, tick - 1, window, layout.fingerprint(), revision);
    }

    /** The record of another layout for nobody, in our ticks: whoever holds it cannot renew any more. */
    WorkerRecord ended(WorkerRecord other) {
        return new WorkerRecord(
                other.workerId(),
                incarnation,
                nowTick,
                nowTick - 1,
                other.window(),
                layout.fingerprint(),
                other.revision() + 1);
    }

    private boolean isFree(@Nullable WorkerRecord record) {
        return record == null
                || !hasOurTicks(record)
                || (record.toTick() + 1 - nowTick <= maxAhead && record.toTick() < layout.maxTick());
    }

    private WorkerRecord lease(int workerId, @Nullable WorkerRecord previous, Duration window, long floor) {
        long earliest =
                Math.max(Math.max(1, floor), nowTick); // tick 0 of worker 0 begins with the id 0, and ids are positive
        long from = previous == null || !hasOurTicks(previous) ? earliest : Math.max(previous.toTick() + 1, earliest);
        long to = Math.min(layout.maxTick(), Math.max(from, nowTick + window.dividedBy(layout.tickLength())));
        long revision = previous == null ? 1 : previous.revision() + 1;
        return new WorkerRecord(workerId, incarnation, from, to, window, layout.fingerprint(), revision);
    }
}
