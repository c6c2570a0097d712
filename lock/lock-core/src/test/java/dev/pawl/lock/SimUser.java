package dev.pawl.lock;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/** One thread of a process, which takes locks, works under them, and gives them back or forgets to. */
final class SimUser {

    private static final long MILLIS = 1_000_000;

    private final SimClient client;
    private final LockSimulation simulation;
    private final SplittableRandom random;
    private final List<SimHold> forgotten = new ArrayList<>();
    private ArrayDeque<Wanted> left;
    private CompletableFuture<?> pending = CompletableFuture.completedFuture(null);

    SimUser(SimClient client) {
        this.client = client;
        this.simulation = client.simulation;
        this.random = simulation.random;
        think();
    }

    /** Whether it has had every lock since the faults have ended. */
    boolean isDone() {
        return left != null && left.isEmpty();
    }

    CompletableFuture<?> pending() {
        return pending;
    }

    private void think() {
        long rest = simulation.isChaotic() ? random.nextLong(simulation.setup.leaseMillis() * MILLIS / 2) : MILLIS;
        client.deliver(rest, this::begin);
    }

    private void begin() {
        if (client.context.isClosed()) {
            return;
        }
        if (!simulation.isChaotic()) {
            lastRound();
            return;
        }
        Wanted wanted = simulation.drawWanted();
        if (random.nextInt(5) == 0) {
            CompletableFuture<Optional<LockHandle>> result =
                    new Acquisition(client.context, wanted, false).start().result();
            pending = result;
            result.whenComplete((handle, failure) -> client.deliver(
                    random.nextLong(MILLIS), () -> handle(wanted, handle == null ? Optional.empty() : handle)));
            return;
        }
        CompletableFuture<LockHandle> future = ask(wanted);
        if (random.nextInt(4) == 0) {
            client.deliver(random.nextLong(simulation.setup.leaseMillis() * MILLIS), () -> {
                if (future.cancel(false)) {
                    simulation.saw(SimSeen.LEFT_WHILE_WAITING);
                }
            });
        }
    }

    private CompletableFuture<LockHandle> ask(Wanted wanted) {
        CompletableFuture<LockHandle> future =
                new DistributedLock(client.context, client.threadHolds, wanted).acquireAsync();
        pending = future;
        future.whenComplete((handle, failure) ->
                client.deliver(random.nextLong(MILLIS), () -> handle(wanted, Optional.ofNullable(handle))));
        return future;
    }

    private void lastRound() {
        if (left == null) {
            forgotten.forEach(hold -> hold.handle.releaseAsync());
            left = new ArrayDeque<>(simulation.allWanted());
        }
        if (!left.isEmpty()) {
            ask(left.peek());
        }
    }

    private void handle(Wanted wanted, Optional<LockHandle> handle) {
        if (handle.isEmpty()) {
            simulation.saw(SimSeen.REFUSED);
            think();
            return;
        }
        simulation.saw(SimSeen.GRANTED);
        SimHold hold = new SimHold(client, handle.get(), wanted);
        simulation.log(() -> hold + " is held, observed=" + client.observe(hold.handle));
        hold.handle.onLost(lost -> {
            hold.timesLost++;
            if (hold.timesLost > 1 || hold.result == ReleaseResult.RELEASED) {
                simulation.fail(SimCheck.LOST_ONCE, hold + " is told of its loss again");
            }
        });
        if (left != null && !left.isEmpty() && left.peek().equals(wanted) && simulation.claims.observe(hold) > 0) {
            left.remove();
        }
        new Work(hold).step();
    }

    /** What is done under one handle. */
    private final class Work {
        private final SimHold hold;
        private final SimResource resource;
        private int steps = random.nextInt(random.nextInt(3) == 0 ? 15 : 4);
        private boolean asking;
        private long read = -1;

        Work(SimHold hold) {
            this.hold = hold;
            this.resource = random.nextBoolean() || simulation.defect != SimDefect.NONE
                    ? simulation.guarded
                    : simulation.unguarded;
        }

        void step() {
            long left = simulation.claims.observe(hold);
            if (left == 0) {
                simulation.saw(SimSeen.LOST);
            }
            if (left == 0 || steps-- <= 0 || !simulation.isChaotic()) {
                finish();
                return;
            }
            if (!asking && simulation.isWorkedOn(hold.wanted)) {
                work();
            }
            client.deliver(random.nextLong(simulation.setup.leaseMillis() * MILLIS / 3), this::step);
        }

        private void work() {
            asking = true;
            if (read < 0) {
                resource.read(hold, value -> {
                    asking = false;
                    read = value;
                });
            } else {
                resource.write(hold, read, () -> {
                    asking = false;
                    read = -1;
                });
            }
        }

        private void finish() {
            simulation.claims.end(hold);
            boolean bounded = !hold.wanted.options().renewed()
                    || hold.wanted.options().maxHold().isPresent();
            if (bounded && random.nextInt(5) == 0 && simulation.isChaotic()) {
                forgotten.add(hold);
            } else {
                simulation.log(() -> hold + " is given back");
                hold.handle.releaseAsync().thenAccept(result -> {
                    hold.result = result;
                    simulation.saw(result);
                });
            }
            think();
        }
    }
}
