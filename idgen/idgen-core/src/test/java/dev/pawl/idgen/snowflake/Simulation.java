package dev.pawl.idgen.snowflake;

import dev.pawl.idgen.layout.DecodedId;
import dev.pawl.idgen.layout.IdLayout;
import dev.pawl.idgen.spi.WorkerRecord;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/*
 * One run: real generators of several hosts on one store, in virtual time and on one thread. A seed decides everything,
 * so it repeats the run exactly:
 *
 *   mvn test -pl idgen/idgen-core -am -Dtest=WorkerLeaseSimulationTest -Dpawl.seed=20261234
 *
 *   Simulation      draws the faults, collects every id, and checks
 *   SimSetup        sizes and mixture of faults, drawn from the seed
 *   SimScheduler    virtual time; a wait runs what is due meanwhile
 *   SimHost         a clock with an offset and a drift, and a name; starts processes one after the other
 *   SimProcess      a SnowflakeGenerator over a LeaseRenewal; SimThread is its background thread, SimCallers want its ids
 *   SimGrants       what the store has told a process that it may issue
 *   SimClock        the clock as a process reads it; a reader may be held up, killed or closed right behind a reading
 *   SimStoreCalls   a process's way to the store, where calls fail, get lost, come late or twice; SimStore has the records
 *   SimDefect       bugs to plant: what finds none of them proves nothing
 *
 * For some seconds things fail; then clocks are right, the store is up, and everybody must get ids again.
 *
 * What it cannot see: waits are nested, so of two that overlap the one that began later ends first; a process is
 * interrupted where it reads a clock or calls the store, and not between two other instructions.
 */
final class Simulation {

    /** For what was sent late to arrive, and for calls to time out. */
    private static final int SETTLE_MILLIS = 8_000;

    private static final int ALIVE_WITHIN_MILLIS = 6_000;
    private static final Duration HEAL = Duration.ofDays(10);

    final SplittableRandom random;
    final SimDefect defect;
    final SimSetup setup;
    final SimScheduler scheduler;
    final SimStore store;

    /** Those that live. */
    final List<SimProcess> processes = new ArrayList<>();

    final Map<UUID, SimProcess> ownerByIncarnation = new HashMap<>();

    private final List<SimHost> hosts = new ArrayList<>();
    private final Map<IdLayout, Long> lastIdByLayout = new HashMap<>();
    private final Map<Long, SimProcess> issuerById = new HashMap<>();
    private final int[] seen = new int[SimSeen.values().length];
    private final @Nullable List<String> log;
    private boolean layoutChanged;
    private boolean chaotic = true;
    private boolean finished;
    private Duration healed = Duration.ZERO;
    private @Nullable Violation violation;

    /** What went wrong first. */
    record Violation(SimCheck check, String what) {}

    Simulation(long seed, SimDefect defect, boolean logged) {
        this.random = new SplittableRandom(seed);
        this.defect = defect;
        this.log = logged ? new ArrayList<>() : null;
        this.setup = SimSetup.draw(random);
        this.scheduler = new SimScheduler(random);
        this.store = new SimStore(this);
        for (int i = 0; i < setup.hosts(); i++) {
            hosts.add(new SimHost(this, i));
        }
    }

    /** Runs to the end, or to the first violation. */
    Optional<Violation> run() {
        hosts.forEach(host -> scheduler.after(random.nextInt(1_000), host::start));
        nextFault();
        if (random.nextInt(3) == 0) {
            scheduler.after(random.nextInt(setup.chaosMillis()), this::changeLayout);
        }
        scheduler.after(setup.chaosMillis(), this::settle);
        scheduler.run(Integer.MAX_VALUE, () -> finished);
        return Optional.ofNullable(violation);
    }

    /** From now on most processes start with another layout, as in a deployment that goes on from host to host. */
    private void changeLayout() {
        saw(SimSeen.LAYOUT_CHANGED);
        log(() -> "the layout is changed");
        layoutChanged = true;
    }

    IdLayout drawLayout() {
        boolean next = layoutChanged && (!chaotic || random.nextInt(4) > 0);
        return next ? setup.nextLayout() : setup.layout();
    }

    /** An id that somebody has seen. */
    long someId(IdLayout layout) {
        return lastIdByLayout.getOrDefault(layout, 0L);
    }

    private void nextFault() {
        scheduler.after(random.nextInt(setup.faultMillis()), () -> {
            if (chaotic) {
                nextFault();
                happen(SimSetup.pick(setup.faults(), random));
            }
        });
    }

    private void happen(SimFault fault) {
        if (fault == SimFault.SET_CLOCK) {
            hosts.get(random.nextInt(hosts.size())).setClock();
        } else if (fault == SimFault.OUTAGE) {
            int window = (int) setup.window().toMillis();
            int millis = random.nextInt(random.nextInt(4) == 0 ? 2 * window : 1_000);
            saw(millis > window ? SimSeen.OUTAGE_BEYOND_WINDOW : SimSeen.OUTAGE);
            log(() -> "the store is down for " + millis + " ms");
            store.goDown(millis);
        } else if (!processes.isEmpty()) {
            befall(processes.get(random.nextInt(processes.size())), fault);
        }
    }

    private void befall(SimProcess process, SimFault fault) {
        switch (fault) {
            case KILL -> process.kill();
            case CLOSE -> process.after(0, process::close);
            case PAUSE -> process.pause();
            case PAUSE_AND_REPLACE -> {
                if (processes.size() < 2 * setup.hosts()) {
                    saw(SimSeen.REPLACED_WHILE_PAUSED);
                    process.pause();
                    process.host.replace(process);
                }
            }
            default -> throw new AssertionError(fault);
        }
    }

    private void settle() {
        log(() -> "the faults end");
        chaotic = false;
        store.comeBack();
        for (SimProcess process : List.copyOf(processes)) {
            if (layoutChanged && process.layout().equals(setup.layout())) {
                process.kill();
            }
            process.wake();
        }
        scheduler.after(SETTLE_MILLIS, () -> {
            log(() -> "all leases run out");
            healed = HEAL;
            scheduler.after(ALIVE_WITHIN_MILLIS, this::finish);
        });
    }

    /** Every process gets ids, or as many as there are worker ids. */
    private void finish() {
        finished = true;
        long since = scheduler.now() - ALIVE_WITHIN_MILLIS;
        long issuing = processes.stream()
                .filter(process -> process.callers.lastIssue() >= since)
                .count();
        long wanted = Math.min(hosts.size(), setup.layout().maxWorkerId() + 1);
        if (issuing < wanted) {
            fail(SimCheck.ALIVE, "only " + issuing + " processes get ids instead of " + wanted, null);
        }
    }

    /** Takes the ids of one call, and holds them against everything that holds. */
    void issued(SimProcess process, long[] ids, long floor, boolean wasClosed) {
        saw(SimSeen.ISSUED);
        IdLayout layout = process.layout();
        if (layout.equals(setup.nextLayout())) {
            saw(SimSeen.ISSUED_BY_NEXT_LAYOUT);
        }
        long last = floor;
        for (long id : ids) {
            DecodedId decoded = layout.decode(id);
            log(() -> process + " issues " + id + ": worker " + decoded.workerId() + ", tick " + decoded.tick());
            SimProcess other = issuerById.putIfAbsent(id, process);
            if (other != null) {
                fail(SimCheck.UNIQUE, show(process, id) + " was issued by " + other + " before", null);
            }
            require(id > last, SimCheck.INCREASING, process, id);
            require(
                    decoded.tick() <= process.callers.greatestTick() + setup.maxAhead(),
                    SimCheck.WITHIN_AHEAD,
                    process,
                    id);
            require(process.grants.cover(decoded.workerId(), decoded.tick()), SimCheck.WITHIN_GRANT, process, id);
            require(!wasClosed, SimCheck.NOTHING_AFTER_CLOSE, process, id);
            last = id;
        }
        lastIdByLayout.put(layout, last);
    }

    private void require(boolean holds, SimCheck check, SimProcess process, long id) {
        if (!holds) {
            fail(check, show(process, id), null);
        }
    }

    private String show(SimProcess process, long id) {
        DecodedId decoded = process.layout().decode(id);
        return id + " (worker " + decoded.workerId() + ", tick " + decoded.tick() + ") of " + process;
    }

    /** A record without its incarnation, which no seed decides. */
    String show(WorkerRecord record) {
        return "worker " + record.workerId() + " [" + record.fromTick() + ", " + record.toTick() + "] revision "
                + record.revision();
    }

    /** Ends the run; a planted bug counts only by the ids that it repeats. */
    void fail(SimCheck check, String what, @Nullable Throwable cause) {
        if (violation == null && (defect == SimDefect.NONE || check == SimCheck.UNIQUE)) {
            StringWriter trace = new StringWriter();
            if (cause != null) {
                cause.printStackTrace(new PrintWriter(trace));
            }
            violation = new Violation(check, what + trace);
            log(() -> "violated: " + check);
            finished = true;
            scheduler.end();
        }
    }

    void saw(SimSeen what) {
        seen[what.ordinal()]++;
    }

    /** Adds how often each thing was met. */
    void addTo(EnumMap<SimSeen, Integer> sums) {
        for (SimSeen what : SimSeen.values()) {
            sums.merge(what, seen[what.ordinal()], Integer::sum);
        }
    }

    void log(Supplier<String> line) {
        if (log != null) {
            log.add(scheduler.now() + " " + line.get());
        }
    }

    List<String> logged() {
        return log == null ? List.of() : log;
    }

    boolean isChaotic() {
        return chaotic;
    }

    /** What a right clock shows at virtual time zero. */
    long startMillis() {
        return IdLayout.DEFAULT_EPOCH.plus(Duration.ofDays(365)).plus(healed).toEpochMilli();
    }
}
