package dev.pawl.idgen.snowflake;

import dev.pawl.idgen.layout.IdLayout;
import dev.pawl.idgen.spi.WorkerRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The records, each call one step. What goes wrong on the way there and back is {@link SimStoreCalls}' part. */
final class SimStore {

    private final Map<Integer, WorkerRecord> records = new TreeMap<>();
    private final Simulation simulation;
    private final Map<Integer, List<Runnable>> heldUp = new HashMap<>();
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
        WorkerRecord.requireNext(expected, next);
        Optional<WorkerRecord> present = read(next.workerId());
        if (!simulation.defect.takesForTheSame(present, expected)) {
            return false;
        }
        requireWithinSkew(next);
        present.ifPresent(old -> {
            if (!old.incarnation().equals(next.incarnation())) {
                simulation.saw(SimSeen.TAKEOVER);
                heldUp.getOrDefault(next.workerId(), List.of())
                        .forEach(call -> simulation.scheduler.after(simulation.random.nextInt(300), call));
                heldUp.remove(next.workerId());
            } else if (next.toTick() < old.toTick()) {
                simulation.saw(SimSeen.MARK_LOWERED);
            }
        });
        records.put(next.workerId(), next);
        return true;
    }

    /** A worker id is never taken for longer than its window from a clock that is ahead as far as is allowed. */
    private void requireWithinSkew(WorkerRecord next) {
        Duration most = next.window().plus(simulation.setup.maxSkew());
        boolean borrowed = next.toTick() <= next.fromTick(); // behind what was taken before
        time().filter(now -> !next.layout().isEmpty() && !borrowed)
                .filter(now ->
                        IdLayout.parse(next.layout()).startOf(next.toTick()).isAfter(now.plus(most)))
                .ifPresent(now -> simulation.fail(SimCheck.WITHIN_SKEW, simulation.show(next) + " at " + now, null));
    }

    /** A right clock, in the runs whose store has one. */
    Optional<Instant> time() {
        return simulation.setup.storeTime()
                ? Optional.of(Instant.ofEpochMilli(simulation.startMillis() + simulation.scheduler.now()))
                : Optional.empty();
    }

    /** Lets a call take effect soon after the worker id's next change of its owner. */
    void holdUp(int workerId, Runnable call) {
        heldUp.computeIfAbsent(workerId, id -> new ArrayList<>()).add(call);
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
