package dev.pawl.idgen.snowflake;

import dev.pawl.common.BackendException;
import dev.pawl.common.CoordinationException;
import dev.pawl.common.LimitExceededException;
import dev.pawl.idgen.ClockMovedBackException;
import dev.pawl.idgen.ClockSkewException;
import dev.pawl.idgen.IdEvent;
import dev.pawl.idgen.IdListener;
import dev.pawl.idgen.IdRun;
import dev.pawl.idgen.LayoutMismatchException;
import dev.pawl.idgen.StoreWentBackException;
import dev.pawl.idgen.WorkerIdsExhaustedException;
import dev.pawl.idgen.WorkerLeaseLostException;
import dev.pawl.idgen.layout.IdLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** One process from its start to its end: a real generator, callers that want ids of it, and what the process may see. */
final class SimProcess {

    final SimHost host;
    final SimScheduler scheduler;
    final SimGrants grants;
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
    private int calls;
    private long greatestTime;
    private long greatestId = -1;
    private long lastIssue = -1;

    SimProcess(Simulation simulation, SimHost host, int number, IdLayout layout) {
        this.simulation = simulation;
        this.host = host;
        this.number = number;
        this.layout = layout;
        this.scheduler = simulation.scheduler;
        this.random = simulation.random;
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
                nextCall();
            } catch (CoordinationException e) {
                simulation.log(() -> this + " cannot start: " + e.getMessage());
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
        LeaseRenewal renewal = LeaseRenewal.start(leases, terms, Duration.ofSeconds(1), listener, thread);
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

    private void nextCall() {
        after(random.nextInt(simulation.isChaotic() ? simulation.setup.restMillis() : 1_000), () -> {
            nextCall();
            call();
        });
    }

    /** Asks for ids in one of the ways there are, none of which waits. */
    private void call() {
        long floor = greatestId;
        boolean wasClosed = closed;
        if (calls++ == 0) {
            greatestTime = Long.MIN_VALUE;
        }
        try {
            long[] made = make();
            if (made.length > 0) {
                resume();
                simulation.issued(this, made, floor, wasClosed);
                greatestId = Math.max(greatestId, made[made.length - 1]);
                lastIssue = scheduler.now();
            }
        } catch (CoordinationException e) {
            simulation.log(() -> this + " gets no id: " + e.getMessage());
            sawFailure(e);
        } catch (IllegalStateException e) {
            if (!closing) {
                throw e;
            }
            simulation.saw(SimSeen.REFUSED_BY_SEAL);
        } finally {
            calls--;
        }
    }

    private long[] make() {
        int most = simulation.setup.maxAhead() << layout.sequenceBits();
        return switch (random.nextInt(8)) {
            case 0, 1 -> burst(most);
            case 2 -> {
                long[] made = new long[1 + random.nextInt(6)];
                generator().nextIds(made);
                yield made;
            }
            case 3 -> {
                IdRun run = generator().reserve(1 + random.nextInt(Math.min(most, 6)));
                long[] made = new long[run.size()];
                run.fill(made);
                yield made;
            }
            case 4 -> new long[] {after(simulation.someId(layout))};
            default -> generator().tryNextId(Duration.ZERO).stream().toArray();
        };
    }

    private long after(long seen) {
        long id = generator().nextIdAfter(seen);
        simulation.saw(SimSeen.ISSUED_AFTER_SEEN);
        if (id <= seen) {
            simulation.fail(SimCheck.AFTER_SEEN, this + " issues " + id + " after " + seen, null);
        }
        return id;
    }

    /** Single ids up to the bound. */
    private long[] burst(int most) {
        long[] made = new long[most];
        int count = 0;
        while (count < most) {
            OptionalLong id = generator().tryNextId(Duration.ZERO);
            if (id.isEmpty()) {
                break;
            }
            made[count++] = id.getAsLong();
        }
        return Arrays.copyOf(made, count);
    }

    private SnowflakeGenerator generator() {
        if (ids == null) {
            throw new AssertionError("not started");
        }
        return ids;
    }

    private void sawFailure(CoordinationException e) {
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
            end(); // as its operator would
        } else if (e instanceof StoreWentBackException) {
            simulation.fail(SimCheck.WORKS, this + ": the store never went back", e);
        } else if (e instanceof BackendException && ids != null) {
            simulation.saw(SimSeen.LIMIT_REACHED);
        }
    }

    IdLayout layout() {
        return layout;
    }

    int maxAhead() {
        return simulation.setup.maxAhead();
    }

    void wasToldTime(long millis) {
        greatestTime = Math.max(greatestTime, millis);
    }

    /** The greatest tick that the clock has shown to the calls under way. */
    long greatestTick() {
        return layout.tickAt(greatestTime);
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

    long lastIssue() {
        return lastIssue;
    }

    @Override
    public String toString() {
        return host + "." + number;
    }
}
