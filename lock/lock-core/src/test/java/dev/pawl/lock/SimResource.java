package dev.pawl.lock;

import java.util.function.LongConsumer;

/**
 * A counter far away that its users read and then write back. With a guard a reader enters with its token, and whoever has a
 * smaller one than the newest is refused; without one whoever writes late overwrites.
 */
final class SimResource {

    private final LockSimulation simulation;
    private final boolean guarded;
    private long value;
    private long mark;

    SimResource(LockSimulation simulation, boolean guarded) {
        this.simulation = simulation;
        this.guarded = guarded;
    }

    /** Reads; the answer may come late, and does not come to those who are refused. */
    void read(SimHold hold, LongConsumer told) {
        simulation.scheduler.after(simulation.delayNanos(), () -> {
            if (guarded && hold.token < mark) {
                simulation.saw(SimSeen.STALE_REFUSED_BY_GUARD);
                return;
            }
            mark = Math.max(mark, hold.token);
            long read = value;
            hold.client.deliver(simulation.delayNanos(), () -> told.accept(read));
        });
    }

    void write(SimHold hold, long read, Runnable told) {
        simulation.scheduler.after(simulation.delayNanos(), () -> {
            if (guarded && hold.token != mark) {
                simulation.saw(SimSeen.STALE_REFUSED_BY_GUARD);
                return;
            }
            if (value != read && guarded) {
                simulation.fail(SimCheck.NO_LOST_UPDATE, hold + " overwrites " + value + ", having read " + read);
            } else if (value != read) {
                simulation.saw(SimSeen.UPDATE_LOST_WITHOUT_GUARD);
            } else if (guarded) {
                simulation.saw(SimSeen.WRITTEN_WITH_GUARD);
            }
            value = read + 1;
            hold.client.deliver(simulation.delayNanos(), told);
        });
    }
}
