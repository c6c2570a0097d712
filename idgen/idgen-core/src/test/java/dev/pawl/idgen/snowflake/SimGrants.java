package dev.pawl.idgen.snowflake;

import dev.pawl.idgen.spi.WorkerRecord;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the store has told one process that it may issue. */
final class SimGrants {

    private final Simulation simulation;
    private final SimProcess process;
    private final Map<Integer, TreeMap<Long, Long>> toTickByFromTick = new HashMap<>();
    private @Nullable UUID incarnation;
    private long revision;

    SimGrants(Simulation simulation, SimProcess process) {
        this.simulation = simulation;
        this.process = process;
    }

    /** Whether a record is this process's own, and not one that it restored for another. */
    boolean isMine(WorkerRecord record) {
        return simulation.ownerByIncarnation.get(record.incarnation()) == process;
    }

    /** The incarnation that the process goes by, if it has one yet. */
    @Nullable
    UUID incarnation() {
        return incarnation;
    }

    void acknowledged(WorkerRecord record) {
        if (!isMine(record)) {
            return;
        }
        incarnation = record.incarnation();
        revision = record.revision();
        if (record.fromTick() <= record.toTick()) {
            toTickByFromTick
                    .computeIfAbsent(record.workerId(), id -> new TreeMap<>())
                    .merge(record.fromTick(), record.toTick(), Math::max);
        }
    }

    void readBack(WorkerRecord record) {
        if (record.incarnation().equals(incarnation)) {
            if (record.revision() > revision) {
                simulation.saw(SimSeen.UNKNOWN_RENEWAL_READ_BACK);
            }
            acknowledged(record);
        }
    }

    boolean cover(int workerId, long tick) {
        TreeMap<Long, Long> granted = toTickByFromTick.get(workerId);
        Map.Entry<Long, Long> lease = granted == null ? null : granted.floorEntry(tick);
        return lease != null && tick <= lease.getValue();
    }
}
