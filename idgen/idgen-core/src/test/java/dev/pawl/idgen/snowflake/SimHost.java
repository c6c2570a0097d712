package dev.pawl.idgen.snowflake;

import java.util.SplittableRandom;

/** A machine with a clock of its own and a name, which starts one process after the other. */
final class SimHost {

    final int number;
    private final Simulation simulation;
    private final SplittableRandom random;
    private final double drift;
    private long offset;
    private SimProcess present;
    private int processes;

    SimHost(Simulation simulation, int number) {
        this.simulation = simulation;
        this.random = simulation.random;
        this.number = number;
        this.drift = (random.nextDouble() - 0.5) * 2 * simulation.setup.drift();
        this.offset = random.nextInt(1_000) * (random.nextInt(5) - 2);
        this.present = new SimProcess(simulation, this, 0, simulation.setup.layout());
    }

    long wallMillis() {
        long now = simulation.scheduler.now();
        return simulation.startMillis() + (simulation.isChaotic() ? now + offset + (long) (now * drift) : now);
    }

    /** Sets the clock by ticks, by about a window, or by hours. */
    void setClock() {
        long by = 1 + random.nextInt(random.nextBoolean() ? 5_000 : 100);
        if (simulation.setup.hours() && random.nextInt(4) == 0) {
            by = 3_600_000L * (1 + random.nextInt(5));
            simulation.saw(SimSeen.CLOCK_SET_BY_HOURS);
        }
        long signed = random.nextInt(3) == 0 ? by : -by;
        simulation.saw(signed > 0 ? SimSeen.CLOCK_SET_FORWARD : SimSeen.CLOCK_SET_BACK);
        offset += signed;
        simulation.log(() -> this + " sets its clock by " + signed + " ms");
    }

    /** Starts the first process. */
    void start() {
        present.start();
    }

    /** Starts another process if this was the present one. */
    void startAfter(SimProcess ended) {
        if (ended != present) {
            return;
        }
        boolean atOnce = ended.hasStarted() && random.nextBoolean();
        if (atOnce) {
            simulation.saw(SimSeen.RESTARTED_AT_ONCE);
        }
        simulation.scheduler.after(atOnce ? 0 : random.nextInt(1_500), () -> replace(ended));
    }

    /** Starts another process instead of this one, which may not have ended. */
    void replace(SimProcess former) {
        if (former == present) {
            processes++;
            present = new SimProcess(simulation, this, processes, simulation.drawLayout());
            present.start();
        }
    }

    @Override
    public String toString() {
        return "h" + number;
    }
}
