package dev.pawl.lock;

import dev.pawl.common.Ticker;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * One process: its clocks, its timers and its lock service. It stands still when it is paused or its machine is suspended, and
 * now and then in the midst of its code, right behind a reading of the clock. What comes for it meanwhile waits.
 */
final class SimClient {

    private static final long MILLIS = 1_000_000;
    private static final int DEEPEST_STALL = 8;

    final LockSimulation simulation;
    final int number;
    final LockContext context;
    final ThreadHolds threadHolds = new ThreadHolds();
    final List<SimUser> users = new ArrayList<>();
    final SimSession network;

    /** For planted bugs. */
    final Map<String, Long> newestStamps = new HashMap<>();

    String newestAttempt = "";

    private final SimScheduler scheduler;
    private final SplittableRandom random;
    private final double rate;
    private final List<Runnable> backlog = new ArrayList<>();

    private long monotonicBase;
    private long monotonicSince;
    private long wallOffset;
    private long standsUntil;
    private long calmSince;
    private boolean suspended;
    private boolean stalled;
    private boolean dead;
    private boolean observed;

    SimClient(LockSimulation simulation, int number) {
        this.simulation = simulation;
        this.number = number;
        this.scheduler = simulation.scheduler;
        this.random = simulation.random;
        double drift = simulation.setup.drift();
        this.rate = drift == 0 ? 1 : 1 - drift + 2 * drift * random.nextDouble();
        this.monotonicBase = random.nextLong(1L << 40);
        this.monotonicSince = scheduler.now();
        Ticker ticker = simulation.defect.ticker(this, this::readMonotonic);
        Clock wall = simulation.defect == SimDefect.TOTALS_OF_CLOCKS
                ? Clock.fixed(Instant.EPOCH, ZoneOffset.UTC)
                : new WallClock();
        network = new SimSession(this);
        context = new LockContext(
                network,
                "c" + number,
                new LockContext.Time(ticker, wall, this::schedule, () -> random),
                task -> deliver(random.nextLong(MILLIS), task),
                new LockContext.Settings(simulation::heard, Duration.ofSeconds(3)));
    }

    double rate() {
        return rate;
    }

    /** Readings by the user's own code, which never stands still between a reading and what it does with it. */
    long observe(LockHandle handle) {
        observed = true;
        try {
            return handle.remaining().toNanos();
        } finally {
            observed = false;
        }
    }

    boolean isDead() {
        return dead;
    }

    void die() {
        dead = true;
    }

    /** Has something happen in this process, later and when it runs. */
    void deliver(long nanos, Runnable task) {
        scheduler.after(nanos, () -> arrive(task));
    }

    private void arrive(Runnable task) {
        if (dead) {
            return;
        }
        if (stalled || standsStill()) {
            backlog.add(task);
        } else {
            task.run();
        }
    }

    private boolean standsStill() {
        return scheduler.now() < standsUntil;
    }

    /** Stops it for some time. */
    void standStill(long nanos, boolean suspend) {
        if (standsStill() || (suspend && (stalled || scheduler.now() - calmSince < 150 * MILLIS))) {
            return;
        }
        simulation.saw(suspend ? SimSeen.SUSPENDED : SimSeen.PAUSED);
        simulation.log(() -> this + (suspend ? " is suspended for " : " is paused for ") + nanos / MILLIS + " ms");
        standsUntil = scheduler.now() + nanos;
        if (suspend) {
            monotonicBase = monotonic();
            suspended = true;
        }
        scheduler.after(nanos, this::wake);
    }

    private void wake() {
        if (suspended) {
            suspended = false;
            monotonicSince = scheduler.now();
        }
        calmSince = Math.max(calmSince, scheduler.now());
        simulation.log(() -> this + " wakes");
        drain();
    }

    private void drain() {
        while (!backlog.isEmpty() && !dead && !stalled && !standsStill()) {
            backlog.remove(random.nextInt(backlog.size())).run();
        }
    }

    /** Sets its wall clock. Not while it is suspended, nor shortly before: a step back in the same sample would hide that. */
    void setClock(long byNanos) {
        if (suspended) {
            return;
        }
        simulation.saw(SimSeen.CLOCK_SET);
        simulation.log(() -> this + " sets its clock by " + byNanos / MILLIS + " ms");
        wallOffset += byNanos;
        calmSince = scheduler.now();
    }

    private long monotonic() {
        return suspended ? monotonicBase : monotonicBase + (long) ((scheduler.now() - monotonicSince) * rate);
    }

    long wallNanos() {
        return scheduler.now() + wallOffset;
    }

    private long readMonotonic() {
        long now = monotonic();
        if (!observed && !dead && simulation.mayStall(scheduler.depth() < DEEPEST_STALL)) {
            stall(random.nextLong(1 + simulation.setup.leaseMillis() * MILLIS));
        }
        return now;
    }

    private void stall(long nanos) {
        if (stalled) {
            return;
        }
        simulation.saw(SimSeen.STALLED);
        simulation.log(() -> this + " stands still in its code for " + nanos / MILLIS + " ms");
        stalled = true;
        scheduler.run(nanos);
        while (standsStill() && !scheduler.isOver()) {
            scheduler.run(standsUntil - scheduler.now());
        }
        stalled = false;
        scheduler.after(0, this::drain);
    }

    private Timers.Timer schedule(long delayNanos, Runnable task) {
        boolean[] cancelled = new boolean[1];
        fireAt(monotonic() + Math.max(0, delayNanos), () -> {
            if (!cancelled[0]) {
                task.run();
            }
        });
        return () -> cancelled[0] = true;
    }

    private void fireAt(long due, Runnable task) {
        long left = due - monotonic();
        deliver(left <= 0 ? 0 : (long) (left / rate) + 1, () -> {
            if (monotonic() < due) {
                fireAt(due, task);
            } else {
                task.run();
            }
        });
    }

    @Override
    public String toString() {
        return "client " + number;
    }

    private final class WallClock extends Clock {
        @Override
        public long millis() {
            return wallNanos() / MILLIS;
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(millis());
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }
    }
}
