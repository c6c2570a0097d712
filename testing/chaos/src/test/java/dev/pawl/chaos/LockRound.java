package dev.pawl.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.chaos.GuardedCounter.Access;
import dev.pawl.chaos.GuardedCounter.Caught;
import dev.pawl.chaos.HistoryLine.Step;
import dev.pawl.common.Ticker;
import dev.pawl.lock.redis.RedisLockBackend;
import dev.pawl.redis.RedisScript;
import dev.pawl.servers.CuttingProxy;
import dev.pawl.servers.RedisProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * Leads worker processes that count under one lock through faults, and asserts of each fault that it was there: a fault is
 * seen when the history, or what the store tells of itself, shows what only it does. A run in which one was not seen fails. What the
 * history is worth, the verdict says. For use by one thread.
 */
final class LockRound implements AutoCloseable {

    /** What must be written in a second before the first fault. */
    private static final int LEAST_WRITES_PER_SECOND = 50;

    private static final int LEAST_WRITES_BETWEEN_FAULTS = 20;
    private static final Duration SLOW = Duration.ofMillis(40);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration CLEARLY = Duration.ofMinutes(50);
    private static final Duration AT_THE_END = Duration.ofSeconds(2);

    private final LockSetup setup;
    private final StoreUnderFault store;
    private final Random random;
    private final GuardedCounter counter;
    private final CuttingProxy proxy;
    private final LockHistory history = new LockHistory();
    private final LockWorkers workers;
    private final Map<LockFault, Integer> seen = new EnumMap<>(LockFault.class);
    private final Map<LockFault, Long> millis = new EnumMap<>(LockFault.class);
    private long millisUntilAllHadIt;

    LockRound(LockSetup setup, StoreUnderFault store, Random random) throws IOException {
        this.setup = setup;
        this.store = store;
        this.random = random;
        counter = new GuardedCounter(setup.guarded());
        proxy = CuttingProxy.to("127.0.0.1", store.server().port());
        workers = new LockWorkers(setup, counter.port(), proxy.port(), history);
    }

    void run(List<LockFault> plan) throws IOException, InterruptedException {
        awaitLeastLoad();
        for (LockFault fault : plan) {
            awaitAllGoOn();
            Await.pass(Duration.ofMillis(random.nextInt(20)));
            long begun = Ticker.system().nanos();
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
            seen.merge(fault, 1, Integer::sum);
            millis.merge(fault, (Ticker.system().nanos() - begun) / 1_000_000, Long::sum);
        }
    }

    /** Waits until every thread that contends has had its share, and then for a second with enough of them. */
    private void awaitLeastLoad() {
        Await.until("all contenders have written", Await.PATIENCE, () -> {
            workers.requireRunning();
            return written(0).containsAll(workers.contenders());
        });
        Await.until("the least load", Await.PATIENCE, () -> {
            long before = counter.writes();
            Await.pass(Duration.ofSeconds(1));
            return counter.writes() - before >= LEAST_WRITES_PER_SECOND;
        });
    }

    /** Waits until each process that had begun to write writes again, so that no fault meets what the one before has left. */
    private void awaitAllGoOn() {
        Set<String> begun = processes(written(0));
        int from = counter.accesses();
        Await.until("all go on", Await.PATIENCE, () -> {
            workers.requireRunning();
            Set<String> missing = new HashSet<>(workers.names());
            missing.retainAll(begun);
            missing.removeAll(processes(written(from)));
            return missing.isEmpty();
        });
        awaitWrites(LEAST_WRITES_BETWEEN_FAULTS);
    }

    private Set<String> written(int from) {
        return counter.accepted(from).stream().map(Access::contender).collect(Collectors.toSet());
    }

    private static Set<String> processes(Set<String> contenders) {
        return contenders.stream()
                .map(contender -> contender.substring(0, contender.indexOf('.')))
                .collect(Collectors.toSet());
    }

    private void awaitWrites(int more) {
        long before = counter.writes();
        Await.until(more + " more writes", Await.PATIENCE, () -> {
            workers.requireRunning();
            return counter.writes() >= before + more;
        });
    }

    private void pauseHolder() {
        int from = history.refresh();
        Caught caught = counter.catchReader();
        workers.pause(caught.process());
        caught.letGo(); // it reads that when it wakes up
        try {
            awaitWrites(3);
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
        awaitWrites(1);
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
        awaitWrites(1);
    }

    private void requireEndedAs(String contender, Step step) {
        assertThat(history.last(contender)).as("last step of %s", contender).contains(step);
    }

    private void killServer() throws IOException, InterruptedException {
        int from = history.refresh();
        Caught caught = counter.catchReader();
        store.server().kill();
        awaitSeen("requests that failed", () -> history.sees(from, line -> line.step() == Step.FAILED));
        if (isOdd(LockFault.SERVER_KILLED)) {
            Await.pass(setup.lease());
        }
        store.server().start();
        // If the holder still holds: whoever waits asks again meanwhile, and would get a lock that was forgotten.
        Await.pass(setup.lease().dividedBy(2));
        caught.letGo();
        awaitWrites(1);
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
        awaitSeen("requests that failed", () -> history.sees(from, line -> line.step() == Step.FAILED));
        awaitWrites(1);
    }

    /** Every second time that a fault comes it is another one. */
    private boolean isOdd(LockFault fault) {
        return seen.getOrDefault(fault, 0) % 2 == 1;
    }

    private void slowNetwork() {
        int from = history.refresh();
        proxy.delay(SLOW);
        try {
            awaitSeen("a release that takes long", () -> slowestRelease(from) >= 2 * SLOW.toNanos());
            awaitWrites(3);
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
        awaitSeen("requests that failed", () -> history.sees(from, line -> line.step() == Step.FAILED));
        awaitWrites(1);
    }

    private void cutReplies(String operation) {
        int from = history.refresh();
        int lost = proxy.repliesLost();
        proxy.cutReplyTo(digest(operation));
        awaitSeen("a reply that is lost", () -> proxy.repliesLost() > lost);
        awaitSeen("an unanswered " + operation, () -> history.seesFailed(from, operation));
        awaitWrites(1);
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
        awaitWrites(1);
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
            awaitWrites(LEAST_WRITES_BETWEEN_FAULTS);
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
        awaitWrites(LEAST_WRITES_BETWEEN_FAULTS);
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

    /** Lets every contender have the lock once more, within the promised time, and ends the workers. */
    void finish() {
        awaitWrites(LEAST_WRITES_BETWEEN_FAULTS);
        Await.until("the successors have begun", Await.PATIENCE, () -> written(0).containsAll(workers.contenders()));
        long start = Ticker.system().nanos();
        counter.end();
        Await.until(
                "all have had the lock at the end",
                setup.lease().plus(AT_THE_END),
                () -> counter.ended().containsAll(workers.contenders()));
        millisUntilAllHadIt = (Ticker.system().nanos() - start) / 1_000_000;
        workers.awaitEnd();
    }

    LockVerdict verdict() {
        return LockVerdict.of(new LockVerdict.Case(
                history.lines(), counter.accepted(0), counter.number(), workers.deaths(), setup.lease()));
    }

    Map<LockFault, Integer> seen() {
        return Map.copyOf(seen);
    }

    /** What happened, for the build's log. */
    String summary() {
        return "faults seen " + seen + " in ms " + millis + ", all had it at the end within " + millisUntilAllHadIt + " ms";
    }

    RedisProcess server() {
        return store.server();
    }

    @Override
    public void close() throws IOException {
        workers.close();
        proxy.close();
        counter.close();
    }
}
