package dev.pawl.lock;

import dev.pawl.fencing.FencingToken;
import dev.pawl.lock.memory.InMemoryLockBackend;
import dev.pawl.lock.spi.AcquireAnswer;
import dev.pawl.lock.spi.AcquireRequest;
import dev.pawl.lock.spi.LockResource;
import dev.pawl.lock.spi.LockTerms;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Several processes and one store, all of which one seed decides: the store's clock is right and it forgets nothing, and
 * everything else may go wrong. Then the faults end, and everything must come right.
 */
final class LockSimulation {

    static final int PERMITS = 2;

    private static final long MILLIS = 1_000_000;
    private static final long TOMBSTONE_MILLIS = 10_000;

    /** What did not hold. */
    record Violation(SimCheck check, String what) {}

    final SplittableRandom random;
    final SimScheduler scheduler;
    final SimSetup setup;
    final SimDefect defect;
    final InMemoryLockBackend backend;
    final SimClaims claims = new SimClaims(this);
    final SimResource guarded = new SimResource(this, true);
    final SimResource unguarded = new SimResource(this, false);
    final Set<String> releasesSent = new HashSet<>();
    final Set<String> releasesApplied = new HashSet<>();

    private final int[] seen = new int[SimSeen.values().length];
    private final List<SimClient> clients = new ArrayList<>();
    private final List<SimClient> closed = new ArrayList<>();
    private final List<Wanted> allWanted;
    private final List<String> log;
    private int started;
    private boolean chaotic = true;
    private Violation violation;

    LockSimulation(long seed, SimDefect defect, boolean logging) {
        this.random = new SplittableRandom(seed);
        this.scheduler = new SimScheduler(random);
        this.setup = SimSetup.draw(random);
        this.defect = defect;
        this.backend = new InMemoryLockBackend(scheduler::now);
        this.log = logging ? new ArrayList<>() : null;
        this.allWanted = List.of(
                wanted(LockResource.Kind.LOCK, FencingToken.Kind.EXCLUSIVE, 1, options(true, false, false)),
                wanted(LockResource.Kind.READ_WRITE, FencingToken.Kind.READ, 1, options(true, false, false)),
                wanted(LockResource.Kind.READ_WRITE, FencingToken.Kind.EXCLUSIVE, 1, options(true, false, false)),
                wanted(LockResource.Kind.SEMAPHORE, FencingToken.Kind.PERMIT, PERMITS, options(true, false, false)));
    }

    /** Runs to the end, and tells what did not hold. */
    Optional<Violation> run() {
        log(() -> setup.toString());
        for (int i = 0; i < setup.clients(); i++) {
            start();
        }
        nextFault();
        scheduler.run(setup.chaosMillis() * MILLIS);
        log(() -> "the faults end");
        chaotic = false;
        long lease = setup.leaseMillis() + setup.delayMillis();
        scheduler.run((3L * setup.leaseMillis() + setup.lateMillis() + 3 * lease + 2_000) * MILLIS);
        checkAlive();
        scheduler.run((TOMBSTONE_MILLIS + setup.lateMillis() + lease) * MILLIS);
        checkNothingLeft();
        return Optional.ofNullable(violation);
    }

    private void start() {
        SimClient client = new SimClient(this, ++started);
        clients.add(client);
        for (int i = 0; i < setup.users(); i++) {
            client.users.add(new SimUser(client));
        }
    }

    private void nextFault() {
        scheduler.after(random.nextLong(setup.faultMillis() * MILLIS), () -> {
            if (chaotic) {
                nextFault();
                happen(setup.faults().get(random.nextInt(setup.faults().size())));
            }
        });
    }

    private void happen(SimFault fault) {
        SimClient client = clients.get(random.nextInt(clients.size()));
        long nanos = (long) (Math.pow(random.nextDouble(), 2) * 3 * setup.leaseMillis() * MILLIS);
        switch (fault) {
            case PAUSE -> client.standStill(nanos, false);
            case SUSPEND -> client.standStill(nanos + 100 * MILLIS, true);
            case SET_CLOCK -> client.setClock(random.nextLong(-30_000 * MILLIS, 30_000 * MILLIS));
            case CUT -> client.network.cut(nanos);
            case KILL -> {
                saw(SimSeen.KILLED);
                log(() -> client + " is killed");
                client.die();
                clients.remove(client);
                start();
            }
            default -> client.deliver(0, () -> close(client));
        }
    }

    private void close(SimClient client) {
        if (!clients.remove(client)) {
            return;
        }
        saw(SimSeen.CLOSED);
        log(() -> client + " closes");
        List<CompletableFuture<?>> waiting = client.users.stream()
                .<CompletableFuture<?>>map(SimUser::pending)
                .toList();
        client.context.close();
        closed.add(client);
        start();
        scheduler.after(100 * MILLIS, () -> {
            if (!client.isDead() && !waiting.stream().allMatch(CompletableFuture::isDone)) {
                client.deliver(3L * setup.leaseMillis() * MILLIS, () -> {
                    if (!waiting.stream().allMatch(CompletableFuture::isDone)) {
                        fail(SimCheck.CLOSE_ENDS_ALL, client + " is closed, and someone waits");
                    }
                });
            }
        });
    }

    private void checkAlive() {
        for (SimClient client : clients) {
            if (!client.users.stream().allMatch(SimUser::isDone)) {
                fail(SimCheck.ALIVE, client + " does not get its locks");
            }
        }
    }

    private void checkNothingLeft() {
        if (backend.size() > 0) {
            fail(SimCheck.NOTHING_LEFT, "the store keeps something of " + backend.size() + " resources");
        }
        clients.addAll(closed);
        for (SimClient client : clients) {
            String left = client.context.left();
            if (!left.isEmpty()) {
                fail(SimCheck.NOTHING_LEFT, client + " keeps " + left);
            }
        }
    }

    private LockOptions options(boolean renewed, boolean bounded, boolean fair) {
        Duration lease = Duration.ofMillis(setup.leaseMillis());
        return new LockOptions(
                lease,
                renewed,
                bounded ? Optional.of(lease.multipliedBy(3).dividedBy(2)) : Optional.empty(),
                Duration.ofMillis(setup.delayMillis()),
                fair);
    }

    private Wanted wanted(LockResource.Kind kind, FencingToken.Kind mode, int permits, LockOptions options) {
        LockResource resource = new LockResource(kind, "x");
        LockTerms terms = new LockTerms(mode, permits, options.lease(), options.delay());
        return new Wanted(resource, terms, options, backend.issuer(resource));
    }

    /** Every lock there is. */
    List<Wanted> allWanted() {
        return allWanted;
    }

    /** One of them, on terms of its own. */
    Wanted drawWanted() {
        Wanted one = allWanted.get(random.nextInt(2) * random.nextInt(allWanted.size()));
        LockOptions options = options(random.nextInt(3) > 0, random.nextInt(4) == 0, random.nextInt(4) == 0);
        return wanted(one.resource().kind(), one.mode(), one.terms().permits(), options);
    }

    boolean isWorkedOn(Wanted wanted) {
        return wanted.resource().kind() == LockResource.Kind.LOCK;
    }

    /** What the store has just answered. */
    void applied(AcquireRequest request, AcquireAnswer answer) {
        if (answer instanceof AcquireAnswer.Granted && releasesApplied.contains(request.attempt())) {
            fail(SimCheck.NO_PHANTOM, request.attempt() + " is granted after its release");
        }
        if (answer instanceof AcquireAnswer.Ended) {
            saw(SimSeen.ENDED_BY_TOMBSTONE);
        }
    }

    void grantedInQueue(String attempt) {
        saw(SimSeen.GRANTED_BY_MESSAGE);
        if (releasesApplied.contains(attempt)) {
            fail(SimCheck.NO_PHANTOM, attempt + " is granted in the queue after its release");
        }
    }

    void heard(LockEvent event) {
        if (event instanceof LockEvent.Suspected) {
            saw(SimSeen.SUSPECTED);
        } else if (event instanceof LockEvent.Failed) {
            saw(SimSeen.FAILED);
        } else if (event instanceof LockEvent.Acquired acquired && acquired.handedOver()) {
            saw(SimSeen.HANDED_OVER);
        }
    }

    void saw(ReleaseResult result) {
        saw(
                switch (result) {
                    case RELEASED -> SimSeen.RELEASED;
                    case ALREADY_LOST -> SimSeen.RELEASED_TOO_LATE;
                    case UNKNOWN -> SimSeen.RELEASE_UNKNOWN;
                });
    }

    void saw(SimSeen what) {
        seen[what.ordinal()]++;
    }

    boolean isChaotic() {
        return chaotic;
    }

    /** Whether a process stands still behind the reading that it makes now. */
    boolean mayStall(boolean possible) {
        return chaotic && possible && setup.stalls() > 0 && random.nextInt(10_000) < setup.stalls();
    }

    /** How long something is under way to the resource, or back. */
    long delayNanos() {
        return random.nextLong(1 + (chaotic && random.nextInt(4) == 0 ? setup.leaseMillis() : 2) * MILLIS);
    }

    /** Ends the run; a planted bug counts only by the rule that it is to break. */
    void fail(SimCheck check, String what) {
        if (violation == null && (defect == SimDefect.NONE || check == defect.broken)) {
            violation = new Violation(check, what);
            log(() -> "violated: " + check + ": " + what);
            scheduler.end();
        }
    }

    /** Adds how often each thing was met. */
    void addTo(EnumMap<SimSeen, Integer> sums) {
        for (SimSeen what : SimSeen.values()) {
            sums.merge(what, seen[what.ordinal()], Integer::sum);
        }
    }

    void log(Supplier<String> line) {
        if (log != null) {
            log.add(scheduler.now() / 1_000 + " " + line.get());
        }
    }

    List<String> logged() {
        return log == null ? List.of() : log;
    }
}
