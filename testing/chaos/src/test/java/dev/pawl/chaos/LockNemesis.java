package dev.pawl.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.chaos.GuardedCounter.Caught;
import dev.pawl.chaos.HistoryLine.Step;
import dev.pawl.lock.redis.RedisLockBackend;
import dev.pawl.redis.RedisScript;
import dev.pawl.servers.CuttingProxy;
import dev.pawl.servers.RedisProcess;
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
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration CLEARLY = Duration.ofMinutes(50);
    private static final int SOME_WRITES = 20;

    private final LockScene scene;
    private final LockSetup setup;
    private final StoreUnderFault store;
    private final GuardedCounter counter;
    private final CuttingProxy proxy;
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
        proxy = scene.proxy();
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
            case FLUSHED -> flush();
            case CLOCK_FORWARD -> moveClock(HOUR);
            case CLOCK_BACK -> moveClock(HOUR.negated());
            case PROMOTED -> promote();
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
        assertThat(history.sees(
                        from,
                        line -> line.key().equals(caught.key())
                                && line.step() == Step.WRITING
                                && line.validUntil() > line.nanos()))
                .as("a handle that is valid after the pause of %s", caught)
                .isFalse();
    }

    private void killHolder() {
        Caught caught = counter.catchReader();
        workers.kill(caught.process());
        caught.letGo();
        requireEndedAs(caught.contender(), Step.ACQUIRED);
        scene.awaitWrites(1);
    }

    private void killWaiter() {
        Caught caught = counter.catchReader();
        List<String> others = workers.names().stream()
                .filter(name -> !name.equals(caught.process()))
                .filter(name -> workers.contenders(name).stream()
                        .allMatch(contender -> history.last(contender).isPresent()))
                .toList();
        String waiter = others.get(random.nextInt(others.size()));
        List<String> contenders = workers.contenders(waiter);
        Await.until(waiter + " waits", Await.PATIENCE, () -> contenders.stream()
                .allMatch(contender -> history.last(contender).equals(Optional.of(Step.ACQUIRING))));
        workers.kill(waiter);
        caught.letGo();
        contenders.forEach(contender -> requireEndedAs(contender, Step.ACQUIRING));
        scene.awaitWrites(1);
    }

    private void requireEndedAs(String contender, Step step) {
        assertThat(history.last(contender)).as("last step of %s", contender).contains(step);
    }

    private void killServer() throws IOException, InterruptedException {
        int from = history.refresh();
        Caught caught = counter.catchReader();
        store.server().kill();
        awaitFailures(from);
        if (isOdd(LockFault.SERVER_KILLED)) {
            Await.pass(setup.lease());
        }
        store.server().start();
        // If the holder still holds: whoever waits asks again meanwhile, and would get a lock that was forgotten.
        Await.pass(setup.lease().dividedBy(2));
        caught.letGo();
        scene.awaitWrites(1);
    }

    private void pauseServer() throws IOException, InterruptedException {
        int from = history.refresh();
        Caught caught = counter.catchReader();
        store.server().pause();
        caught.letGo();
        Await.pass(
                isOdd(LockFault.SERVER_PAUSED)
                        ? setup.lease().plusMillis(300)
                        : setup.lease().dividedBy(2));
        store.server().resume();
        awaitFailures(from);
        scene.awaitWrites(1);
    }

    /** Every second time that a fault comes it is another one. */
    private boolean isOdd(LockFault fault) {
        return fired.getOrDefault(fault, 0) % 2 == 1;
    }

    private void slowNetwork() {
        int from = history.refresh();
        proxy.delay(SLOW);
        try {
            awaitSeen("a release that takes long", () -> slowestRelease(from) >= 2 * SLOW.toNanos());
            scene.awaitWrites(3);
        } finally {
            proxy.delay(Duration.ZERO);
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
        proxy.dropReplies(true);
        caught.letGo();
        Await.pass(setup.lease().dividedBy(2));
        proxy.cutAll(); // what was swallowed never comes, as after a reset
        proxy.dropReplies(false);
        awaitFailures(from);
        scene.awaitWrites(1);
    }

    private void cutReplies(String operation) {
        int from = history.refresh();
        int lost = proxy.repliesLost();
        proxy.cutReplyTo(digest(operation));
        awaitSeen("a reply that is lost", () -> proxy.repliesLost() > lost);
        awaitSeen("an unanswered " + operation, () -> history.seesFailed(from, operation));
        scene.awaitWrites(1);
    }

    /** Somebody holds for so long that a renewal comes. */
    private void cutRenewal() {
        int from = history.refresh();
        int lost = proxy.repliesLost();
        Caught caught = counter.catchReader();
        try {
            proxy.cutReplyTo(digest("renew"));
            awaitSeen("a reply that is lost", () -> proxy.repliesLost() > lost);
            awaitSeen("an unanswered renewal", () -> history.seesFailed(from, "renew"));
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

    private static String digest(String operation) {
        return RedisScript.of(RedisLockBackend.class, "lock-" + operation + ".lua")
                .sha1();
    }

    private void flush() throws IOException {
        overtake(() -> store.server().flushAll());
    }

    private void moveClock(Duration ahead) throws IOException {
        if (ahead.isNegative()) {
            store.clock().move(ahead);
            // By then whoever waits has a place whose end counts on this clock.
            Await.pass(setup.lease());
            scene.awaitWrites(SOME_WRITES);
        } else {
            overtake(() -> store.clock().move(ahead));
        }
        Duration far = store.clockAhead();
        assertThat(far.abs()).as("how far the server's clock is ahead").isGreaterThan(CLEARLY);
        assertThat(far.isNegative()).isEqualTo(ahead.isNegative());
        if (ahead.isNegative()) {
            overtake(() -> store.clock().move(Duration.ZERO));
        } else {
            store.clock().move(Duration.ZERO);
            Await.pass(setup.lease());
        }
        scene.awaitWrites(SOME_WRITES);
        assertThat(store.clockAhead().abs()).isLessThan(Duration.ofMinutes(1));
    }

    private void promote() throws IOException, InterruptedException {
        ReplicatedRedis pair = store.pair();
        pair.holdBack();
        Caught caught = counter.catchReader();
        // A thread of the process that held before may have been handed the lock without the store.
        while (lastBase(pair.primary()).equals(lastBase(pair.replica()))) {
            caught.letGo();
            caught = counter.catchReader();
        }
        overtake(caught, () -> {
            pair.promote();
            proxy.retarget(pair.replica().port());
        });
        pair.renew();
    }

    /** Behind the digit of the format, the record begins with it. */
    private String lastBase(RedisProcess server) throws IOException {
        return String.valueOf(server.ask("GET", StoreUnderFault.key(setup.namespace())))
                .substring(1, 17);
    }

    private interface Act {
        void run() throws IOException, InterruptedException;
    }

    /** Takes the lock from a holder by something done to the store, and sees that another one has entered while he is at it. */
    private void overtake(Act act) throws IOException {
        overtake(counter.catchReader(), act);
    }

    private void overtake(Caught caught, Act act) throws IOException {
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
                () -> history.sees(
                        from, line -> line.key().equals(caught.key()) && line.step() == Step.WRITE_REFUSED));
    }

    private void awaitFailures(int from) {
        awaitSeen("requests that failed", () -> history.sees(from, line -> line.step() == Step.FAILED));
    }

    /** A fault that shows nowhere proves nothing. */
    private void awaitSeen(String what, BooleanSupplier condition) {
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
