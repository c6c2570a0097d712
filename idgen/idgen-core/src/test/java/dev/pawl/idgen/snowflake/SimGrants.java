package dev.pawl.idgen.snowflake;

import dev.pawl.idgen.spi.WorkerRecord;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/** What the store has told one process that it may issue. */
final class SimGrants {

    private final Simulation simulation;
    private final Set<UUID> incarnations = new HashSet<>();
    private final Map<Integer, TreeMap<Long, Long>> toTickByFromTick = new HashMap<>();
    private long revision;

    SimGrants(Simulation simulation) {
        this.simulation = simulation;
    }

    /** The process asks for a record with this owner, so that one is the process itself. */
    void asked(WorkerRecord record) {
        incarnations.add(record.incarnation());
    }

    /** An incarnation of this process. */
    UUID mine() {
        return incarnations.iterator().next();
    }

    boolean isMine(UUID incarnation) {
        return incarnations.contains(incarnation);
    }

    void acknowledged(WorkerRecord record) {
        revision = record.revision();
        toTickByFromTick
                .computeIfAbsent(record.workerId(), id -> new TreeMap<>())
                .merge(record.fromTick(), record.toTick(), Math::max);
    }

    void readBack(WorkerRecord record) {
        if (isMine(record.incarnation())) {
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
