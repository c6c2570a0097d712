package dev.pawl.idgen.snowflake;

import dev.pawl.idgen.LayoutMismatchException;
import dev.pawl.idgen.WorkerIdsExhaustedException;
import dev.pawl.idgen.layout.IdLayout;
import dev.pawl.idgen.spi.WorkerRecord;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
 */
record LeaseChoice(IdLayout layout, long nowTick, int maxAhead, OptionalInt hint, UUID incarnation) {

    WorkerRecord from(String space, List<WorkerRecord> records, Duration window) {
        Map<Integer, WorkerRecord> byId = new HashMap<>();
        for (WorkerRecord record : records) {
            requireSameLayout(space, record);
            byId.put(record.workerId(), record);
        }
        int preferred = hint.isPresent() ? hint.getAsInt() % (layout.maxWorkerId() + 1) : 0;
        if (isFree(byId.get(preferred))) {
            return lease(preferred, byId.get(preferred), window);
        }
        for (int id = 0; id <= layout.maxWorkerId(); id++) {
            if (isFree(byId.get(id))) {
                return lease(id, byId.get(id), window);
            }
        }
        long earliest = records.stream().mapToLong(WorkerRecord::toTick).min().orElse(nowTick) + 1;
        throw new WorkerIdsExhaustedException(
                "a worker id must be free: space=" + space + ", workerIds=" + (layout.maxWorkerId() + 1L)
                        + ", earliestFree=" + layout.startOf(earliest),
                layout.startOf(earliest));
    }

    void requireSameLayout(String space, WorkerRecord record) {
        if (!record.layout().equals(layout.fingerprint())) {
            throw new LayoutMismatchException("all generators of a space must use one layout: space=" + space
                    + ", layout=" + layout.fingerprint() + ", recorded=" + record.layout());
        }
    }

    private boolean isFree(@Nullable WorkerRecord record) {
        return record == null || (record.toTick() + 1 - nowTick <= maxAhead && record.toTick() < layout.maxTick());
    }

    private WorkerRecord lease(int workerId, @Nullable WorkerRecord previous, Duration window) {
        long earliest = Math.max(1, nowTick); // tick 0 of worker 0 begins with the id 0, and ids are positive
        long from = previous == null ? earliest : Math.max(previous.toTick() + 1, earliest);
        long to = Math.min(layout.maxTick(), Math.max(from, nowTick + window.dividedBy(layout.tickLength())));
        long revision = previous == null ? 1 : previous.revision() + 1;
        return new WorkerRecord(workerId, incarnation, from, to, window, layout.fingerprint(), revision);
    }
}
