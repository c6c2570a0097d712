package dev.pawl.idgen.snowflake;

import dev.pawl.idgen.spi.WorkerRecord;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The records, each call one step. What goes wrong on the way there and back is {@link SimStoreCalls}' part. */
final class SimStore {

    private final Map<Integer, WorkerRecord> records = new TreeMap<>();
    private final Simulation simulation;
    private long downUntil;

    SimStore(Simulation simulation) {
        this.simulation = simulation;
    }

    List<WorkerRecord> readAll() {
        return List.copyOf(records.values());
    }

    Optional<WorkerRecord> read(int workerId) {
        return Optional.ofNullable(records.get(workerId));
    }

    boolean compareAndSet(Optional<WorkerRecord> expected, WorkerRecord next) {
        Optional<WorkerRecord> present = read(next.workerId());
        if (!simulation.defect.takesForTheSame(present, expected)) {
            return false;
        }
        present.ifPresent(old -> {
            if (!old.incarnation().equals(next.incarnation())) {
                simulation.saw(SimSeen.TAKEOVER);
            } else if (next.toTick() < old.toTick()) {
                simulation.saw(SimSeen.MARK_LOWERED);
            }
        });
        records.put(next.workerId(), next);
        return true;
    }

    boolean isDown() {
        return simulation.scheduler.now() < downUntil;
    }

    void goDown(long millis) {
        downUntil = Math.max(downUntil, simulation.scheduler.now() + millis);
    }

    void comeBack() {
        downUntil = 0;
    }
}
