package dev.pawl.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.chaos.GuardedCounter.Caught;
import dev.pawl.chaos.HistoryLine.Step;
import dev.pawl.common.Deadline;
import dev.pawl.common.Ticker;
import dev.pawl.servers.CuttingProxy;
import dev.pawl.servers.ServerClock;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.BooleanSupplier;

/**
 * Fires faults, aimed by the counter at a process in the middle of its section, and asserts of each that it was there: a fault
 * is seen when the history, or what the store tells of itself, shows what only it does. For use by one thread.
 */
final class LockNemesis {

    private static final Duration SLOW = Duration.ofMillis(40);
    static final Duration HOUR = Duration.ofHours(1);
    private static final Duration CLEARLY = Duration.ofMinutes(50);
    private static final Duration UNTIL_IT_IS_KNOWN = Duration.ofMillis(500);

    private final LockScene scene;
    private final LockSetup setup;
    private final StoreUnderFault store;
    private final GuardedCounter counter;
    private final List<CuttingProxy> proxies;
    private final LockHistory history;
    private final LockWorkers workers;
    private final Random random;
    private final Map<LockFault, Integer> fired = new EnumMap<>(LockFault.class);

    LockNemesis(LockScene scene, Random random) {
        this.scene = scene;
        this.random = random;
        setup = scene.setup();
        store = scene.store();
        counter = scene.counter();
        proxies = store.proxies();
        history = scene.history();
        workers = scene.workers();
    }

    /** Returns when the fault was seen and has ended. */
    void fire(LockFault fault) throws IOException, InterruptedException {
        switch (fault) {
            case HOLDER_PAUSED -> pauseHolder();
            case HOLDER_KILLED -> killHolder();
            case WAITER_KILLED -> killWaiter();
            case SERVER_KILLED -> killServer();
            case SERVER_PAUSED -> pauseServer();
            case NETWORK_SLOW -> slowNetwork();
            case REPLIES_DROPPED -> dropReplies();
            case ACQUIRE_CUT -> cutReplies("acquire");
            case RELEASE_CUT -> cutReplies("release");
            case RENEWAL_CUT -> cutRenewal();
            default -> store.fire(fault, this);
        }
        fired.merge(fault, 1, Integer::sum);
    }

    private void pauseHolder() {
        int from = history.refresh();
        Caught caught = counter.catchReader();
        workers.pause(caught.process());
        caught.letGo(); // it reads that when it wakes up
        try {
            scene.awaitWrites(3);
        } finally {
            workers.resume(caught.process());
        }
        Step expected = counter.isGuarded() ? Step.WRITE_REFUSED : Step.WRITTEN;
        awaitSeen(
                "the holder that was paused writes",
                () -> history.sees(from, line -> line.key().equals(caught.key()) && line.step() == expected));
    }

    private void killHolder() {
        Caught caught = counter.catchReader();
        workers.kill(caught.process());
        caught.letGo();
        requireEndedAs(caught.contender(), Step.ACQUIRED);
        scene.awaitWrites(1);
    }

    private void killWaiter() {
        // Successors of those that were killed before may still be starting.
        Await.until(
                "two processes contend",
                Await.PATIENCE,
                () -> workers.names().stream().filter(this::contends).count() >= 2);
        Caught caught = counter.catchReader();
        List<String> others = workers.names().stream()
                .filter(name -> !name.equals(caught.process()) && contends(name))
                .toList();
        String waiter = others.get(random.nextInt(others.size()));
        List<String> contenders = workers.contenders(waiter);
        Await.until(
                waiter + " waits",
                Await.PATIENCE,
                () -> contenders.stream()
                        .allMatch(contender -> history.last(contender).equals(Optional.of(Step.ACQUIRING))));
        workers.kill(waiter);
        caught.letGo();
        contenders.forEach(contender -> requireEndedAs(contender, Step.ACQUIRING));
        scene.awaitWrites(1);
    }

    private boolean contends(String name) {
        return workers.contenders(name).stream()
                .allMatch(contender -> history.last(contender).isPresent());
    }

    private void requireEndedAs(String contender, Step step) {
        assertThat(history.last(contender)).as("last step of %s", contender).contains(step);
    }

    private void killServer() throws IOException, InterruptedException {
        int from = history.refresh();
        Caught caught = counter.catchReader();
        store.kill();
        awaitFailures(from);
        if (isOdd(LockFault.SERVER_KILLED)) {
            Await.pass(setup.lease());
        }
        store.start();
        // If the holder still holds: whoever waits asks again meanwhile, and would get a lock that was forgotten.
        Await.pass(setup.lease().dividedBy(2));
        caught.letGo();
        scene.awaitWrites(1);
    }

    private void pauseServer() throws IOException, InterruptedException {
        int from = history.refresh();
        Caught caught = counter.catchReader();
        store.pause();
        caught.letGo();
        Await.pass(
                isOdd(LockFault.SERVER_PAUSED)
                        ? setup.lease().plusMillis(300)
                        : setup.lease().dividedBy(2));
        store.resume();
        awaitFailures(from);
        scene.awaitWrites(1);
    }

    /** Every second time that a fault comes it is another one. */
    private boolean isOdd(LockFault fault) {
        return fired.getOrDefault(fault, 0) % 2 == 1;
    }

    private void slowNetwork() {
        int from = history.refresh();
        proxies.forEach(proxy -> proxy.delay(SLOW));
        try {
            awaitSeen("a release that takes long", () -> slowestRelease(from) >= 2 * SLOW.toNanos());
            scene.awaitWrites(3);
        } finally {
            proxies.forEach(proxy -> proxy.delay(Duration.ZERO));
        }
    }

    private long slowestRelease(int from) {
        List<HistoryLine> lines = history.lines();
        long slowest = 0;
        Map<String, Long> begun = new HashMap<>();
        for (HistoryLine line : lines.subList(from, lines.size())) {
            if (line.step() == Step.RELEASING) {
                begun.put(line.key(), line.nanos());
            } else if (line.step() == Step.RELEASED && begun.containsKey(line.key())) {
                slowest = Math.max(slowest, line.nanos() - begun.get(line.key()));
            }
        }
        return slowest;
    }

    private void dropReplies() {
        int from = history.refresh();
        Caught caught = counter.catchReader();
        proxies.forEach(proxy -> proxy.dropReplies(true));
        caught.letGo();
        Await.pass(setup.lease().dividedBy(2));
        proxies.forEach(CuttingProxy::cutAll); // what was swallowed never comes, as after a reset
        proxies.forEach(proxy -> proxy.dropReplies(false));
        awaitFailures(from);
        scene.awaitWrites(1);
    }

    private void cutReplies(String operation) {
        cut(operation, history.refresh());
        scene.awaitWrites(1);
    }

    /** Where a request does not tell which operation it is part of, replies are lost until one of this operation was. */
    private void cut(String operation, int from) {
        String part = store.requestPart(operation, setup.namespace());
        int before = repliesLost();
        try {
            awaitSeen("an unanswered " + operation, () -> {
                int lost = repliesLost();
                proxies.forEach(proxy -> proxy.cutReplyTo(part));
                Deadline patience = Deadline.after(UNTIL_IT_IS_KNOWN, Ticker.system());
                Await.until(
                        "a reply that is lost, and known to be",
                        Await.PATIENCE,
                        () -> history.seesFailed(from, operation) || repliesLost() > lost && patience.expired());
                return repliesLost() > before && history.seesFailed(from, operation);
            });
        } finally {
            proxies.forEach(CuttingProxy::cutNoReply);
        }
    }

    private int repliesLost() {
        return proxies.stream().mapToInt(CuttingProxy::repliesLost).sum();
    }

    /** Somebody holds for so long that a renewal comes. */
    private void cutRenewal() {
        int from = history.refresh();
        Caught caught = counter.catchReader();
        try {
            cut("renew", from);
            awaitSeen(
                    "a renewal after it",
                    () -> history.sees(
                            from,
                            line -> line.key().equals(caught.key())
                                    && (line.step() == Step.RENEWED || line.step() == Step.LOST)));
        } finally {
            caught.letGo();
        }
        scene.awaitWrites(1);
    }

    /** Tells how far a server's clock is ahead. */
    interface Reading {
        Duration ahead() throws IOException;
    }

    /** Moves the clock that ends leases, and back. */
    void moveClock(ServerClock clock, Reading reading, Duration ahead) throws IOException {
        if (ahead.isNegative()) {
            clock.move(ahead);
            // By then whoever waits has a place whose end counts on this clock.
            Await.pass(setup.lease());
            scene.awaitWrites(setup.someWrites());
        } else {
            overtake(() -> clock.move(ahead));
        }
        requireFar(reading, ahead);
        if (ahead.isNegative()) {
            overtake(() -> clock.move(Duration.ZERO));
        } else {
            clock.move(Duration.ZERO);
            Await.pass(setup.lease());
        }
        scene.awaitWrites(setup.someWrites());
        assertThat(reading.ahead().abs()).isLessThan(Duration.ofMinutes(1));
    }

    /** A clock that was not moved shows nothing. */
    static void requireFar(Reading reading, Duration ahead) throws IOException {
        Duration far = reading.ahead();
        assertThat(far.abs()).as("how far the server's clock is ahead").isGreaterThan(CLEARLY);
        assertThat(far.isNegative()).isEqualTo(ahead.isNegative());
    }

    LockSetup setup() {
        return setup;
    }

    LockScene scene() {
        return scene;
    }

    Caught catchReader() {
        return counter.catchReader();
    }

    /** Something done to the store. */
    interface Act {
        void run() throws IOException, InterruptedException;
    }

    /** Takes the lock from a holder by something done to the store, and sees that another one has entered while he is at it. */
    void overtake(Act act) throws IOException {
        overtake(counter.catchReader(), act);
    }

    void overtake(Caught caught, Act act) throws IOException {
        int from = history.refresh();
        try {
            act.run();
            awaitSeen("another holder beside " + caught, () -> counter.isOvertaken(caught));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } finally {
            caught.letGo();
        }
        awaitSeen(
                "the holder that was overtaken is refused",
                () -> history.sees(from, line -> line.key().equals(caught.key()) && line.step() == Step.WRITE_REFUSED));
    }

    void awaitFailures(int from) {
        awaitSeen("requests that failed", () -> history.sees(from, line -> line.step() == Step.FAILED));
    }

    /** A fault that shows nowhere proves nothing. */
    void awaitSeen(String what, BooleanSupplier condition) {
        try {
            Await.until(what, Duration.ofSeconds(20), () -> {
                workers.requireRunning();
                return condition.getAsBoolean();
            });
        } catch (AssertionError e) {
            throw new AssertionError("inconclusive, not seen: " + what, e);
        }
    }
}
