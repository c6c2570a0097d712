package dev.pawl.idgen.snowflake;

import dev.pawl.common.BackendException;
import dev.pawl.common.CoordinationException;
import dev.pawl.common.LimitExceededException;
import dev.pawl.idgen.ClockMovedBackException;
import dev.pawl.idgen.ClockSkewException;
import dev.pawl.idgen.IdEvent;
import dev.pawl.idgen.IdListener;
import dev.pawl.idgen.LayoutMismatchException;
import dev.pawl.idgen.WorkerIdsExhaustedException;
import dev.pawl.idgen.WorkerLeaseLostException;
import dev.pawl.idgen.layout.IdLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** One process from its start to its end: a real generator, and all that can befall its threads. */
final class SimProcess {

    final SimHost host;
    final SimScheduler scheduler;
    final SimGrants grants;
    final SimCallers callers;
    final SimThread thread = new SimThread(this);

    private final Simulation simulation;
    private final SplittableRandom random;
    private final int number;
    private final IdLayout layout;
    private @Nullable SnowflakeGenerator ids;
    private @Nullable LeaseKeeper keeper;

    /** The last number before a stop that does not seal. */
    long unsealed;

    private boolean ended;
    private boolean lost;
    private boolean closing;
    private boolean closed;
    private long pausedUntil;
    private final List<Runnable> held = new ArrayList<>();

    SimProcess(Simulation simulation, SimHost host, int number, IdLayout layout) {
        this.simulation = simulation;
        this.host = host;
        this.number = number;
        this.layout = layout;
        this.scheduler = simulation.scheduler;
        this.random = simulation.random;
        this.callers = new SimCallers(simulation, this);
        this.grants = new SimGrants(simulation, this);
    }

    /** Thrown through the library's code out of a process that was killed. */
    static final class Ended extends Error {

        private static final long serialVersionUID = 1L;

        Ended() {
            super("the process has ended", null, false, false);
        }
    }

    void start() {
        simulation.processes.add(this);
        after(0, () -> {
            try {
                ids = open();
                simulation.log(() -> this + " has started");
                callers.start(ids);
            } catch (CoordinationException e) {
                sawFailure(e);
                end();
            }
        });
    }

    private SnowflakeGenerator open() {
        SimStoreCalls store = new SimStoreCalls(simulation, this);
        SnowflakeGeneratorBuilder builder = SnowflakeGenerator.builder(WorkerIds.leased(store, "simulated")
                        .withHint(host.number)
                        .withWindow(simulation.setup.window())
                        .withMaxSkew(simulation.setup.maxSkew())
                        .withLossPolicy(simulation.setup.lossPolicy()))
                .layout(layout)
                .clock(new SimClock(this))
                .ticker(() -> scheduler.now() * 1_000_000)
                .maxAhead(simulation.setup.maxAhead())
                .maxWait(Duration.ZERO) // no call waits, since that would take real time
                .clockPolicy(simulation.setup.clockPolicy())
                .listener(this::on);
        builder.keeper = (settings, clock, listener) -> keeper = keep(store, settings, clock, listener);
        return builder.build();
    }

    private LeaseKeeper keep(
            SimStoreCalls store, SnowflakeGeneratorBuilder builder, TickClock clock, IdListener listener) {
        LeaseCalls leases = new LeaseCalls(store, builder.workerIds.space(), builder.ticker);
        LeaseTerms terms = new LeaseTerms(builder.workerIds, clock, builder.ticker, builder.maxAhead);
        LeaseRenewal renewal = LeaseRenewal.start(leases, terms, Duration.ofSeconds(1), listener, () -> thread);
        return simulation.defect.keeper(this, new LeaseKeeper.Leased(store, renewal));
    }

    private void on(IdEvent event) {
        if (event instanceof IdEvent.LeaseLost) {
            simulation.saw(SimSeen.LEASE_LOST);
            lost = true;
        } else if (event instanceof IdEvent.LeaseRenewed && lost) {
            simulation.saw(SimSeen.LEASE_REPLACED);
            lost = false;
        }
        simulation.log(() -> this + " " + event);
    }

    /** Does something later, unless the process has ended by then; a paused one does it when it goes on. */
    void after(long millis, Runnable what) {
        scheduler.after(millis, () -> {
            if (ended) {
                return;
            }
            if (isPaused()) {
                held.add(what);
                return;
            }
            try {
                what.run();
            } catch (Ended killed) {
                simulation.log(() -> this + " is gone");
            } catch (RuntimeException | AssertionError e) {
                simulation.fail(SimCheck.WORKS, this + " threw " + e, e);
            }
        });
    }

    /** Counts a failure by its kind; one that waiting does not cure ends the process, as its operator would. */
    void sawFailure(CoordinationException e) {
        simulation.log(() -> this + " fails: " + e.getMessage());
        if (e instanceof ClockMovedBackException) {
            simulation.saw(SimSeen.CLOCK_MOVED_BACK);
        } else if (e instanceof LimitExceededException) {
            simulation.saw(SimSeen.BOUND_REACHED);
        } else if (e instanceof WorkerIdsExhaustedException) {
            simulation.saw(SimSeen.WORKER_IDS_EXHAUSTED);
        } else if (e instanceof ClockSkewException) {
            simulation.saw(SimSeen.TOO_FAR_AHEAD);
        } else if (e instanceof LayoutMismatchException) {
            simulation.saw(SimSeen.LAYOUT_REFUSED);
        } else if (e instanceof WorkerLeaseLostException) {
            simulation.saw(SimSeen.LOST_FOR_GOOD);
            end();
        } else if (e instanceof BackendException) {
            simulation.saw(ids == null ? SimSeen.START_FAILED : SimSeen.LIMIT_REACHED);
        } else {
            simulation.fail(SimCheck.WORKS, this + ": nothing here can make it fail so", e);
        }
    }

    IdLayout layout() {
        return layout;
    }

    int maxAhead() {
        return simulation.setup.maxAhead();
    }

    /** Holds the present thread of the process up now and then, while its other threads or all others go on. */
    void stall() {
        if (!simulation.isChaotic() || ended || ids == null || scheduler.isDeep()) {
            return;
        }
        int drawn = random.nextInt(2_000);
        if (drawn < 100) {
            scheduler.run(random.nextInt(drawn < 10 ? 5_000 : 50), this::hasEnded);
        } else if (drawn < 102) {
            simulation.saw(SimSeen.PAUSED_IN_ID_CALL);
            pause();
        } else if (drawn < 104) {
            simulation.saw(SimSeen.KILLED_IN_ID_CALL);
            kill();
        } else if (drawn < 106 && !closing) {
            simulation.saw(SimSeen.CLOSED_IN_ID_CALL);
            close();
        }
        resume();
    }

    /** SIGSTOP, and SIGCONT some time later. */
    void pause() {
        long window = simulation.setup.window().toMillis();
        long millis = random.nextInt((int) (random.nextBoolean() ? 1_000 : 3 * window));
        simulation.saw(millis > window ? SimSeen.PAUSED_BEYOND_WINDOW : SimSeen.PAUSED);
        simulation.log(() -> this + " is paused for " + millis + " ms");
        pausedUntil = Math.max(pausedUntil, scheduler.now() + millis);
        scheduler.after(millis, this::goOn);
    }

    private boolean isPaused() {
        return pausedUntil > scheduler.now();
    }

    private void goOn() {
        if (!isPaused()) {
            held.forEach(what -> after(0, what));
            held.clear();
        }
    }

    /** Where a call of the process comes back from the outside: not before a pause is over, and never after a kill. */
    void resume() {
        while (!hasEnded() && isPaused()) {
            scheduler.run(pausedUntil - scheduler.now(), () -> hasEnded() || !isPaused());
        }
        if (hasEnded()) {
            throw new Ended();
        }
    }

    void wake() {
        pausedUntil = 0;
        goOn();
    }

    void kill() {
        simulation.saw(SimSeen.KILLED);
        simulation.log(() -> this + " is killed");
        end();
    }

    private void end() {
        if (!ended) {
            ended = true;
            simulation.processes.remove(this);
            host.startAfter(this);
        }
    }

    /** Stops cleanly while callers go on asking for ids, and some more behind that. */
    void close() {
        if (ids == null || closing) {
            return;
        }
        closing = true;
        simulation.saw(simulation.store.isDown() ? SimSeen.CLOSED_DURING_OUTAGE : SimSeen.CLOSED);
        simulation.log(() -> this + " closes");
        ids.close();
        closed = true;
        simulation.log(() -> this + " is closed");
        if (random.nextBoolean()) {
            end();
        } else {
            after(random.nextInt(500), this::end);
        }
    }

    boolean isClosing() {
        return closing;
    }

    boolean isClosed() {
        return closed;
    }

    boolean hasStarted() {
        return ids != null;
    }

    /** Whether nothing of it happens any more. */
    boolean hasEnded() {
        return ended || scheduler.isOver();
    }

    LeaseKeeper keeper() {
        if (keeper == null) {
            throw new AssertionError("not started");
        }
        return keeper;
    }

    @Override
    public String toString() {
        return host + "." + number;
    }
}
