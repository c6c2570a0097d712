package dev.pawl.chaos;

import dev.pawl.chaos.GuardedCounter.Access;
import dev.pawl.common.Ticker;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Leads worker processes that count under one lock through faults. A run in which a fault was not seen fails. What the history is
 * worth, the verdict says. For use by one thread.
 */
final class LockRound implements AutoCloseable {

    private final LockScene scene;
    private final LockWorkers workers;
    private final GuardedCounter counter;
    private final LockNemesis nemesis;
    private final Random random;
    private final Map<LockFault, Integer> seen = new EnumMap<>(LockFault.class);
    private final Map<LockFault, Long> millis = new EnumMap<>(LockFault.class);
    private long millisUntilAllHadIt;

    LockRound(LockSetup setup, StoreUnderFault store, Random random) throws IOException {
        scene = LockScene.of(setup, store);
        workers = scene.workers();
        counter = scene.counter();
        nemesis = new LockNemesis(scene, random);
        this.random = random;
    }

    void run(List<LockFault> plan) throws IOException, InterruptedException {
        awaitLeastLoad();
        for (LockFault fault : plan) {
            awaitAllGoOn();
            Await.pass(Duration.ofMillis(random.nextInt(20)));
            long begun = Ticker.system().nanos();
            nemesis.fire(fault);
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
            return counter.writes() - before >= scene.setup().leastWritesPerSecond();
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
        scene.awaitWrites(scene.setup().someWrites());
    }

    private Set<String> written(int from) {
        return counter.accepted(from).stream().map(Access::contender).collect(Collectors.toSet());
    }

    private static Set<String> processes(Set<String> contenders) {
        return contenders.stream()
                .map(contender -> contender.substring(0, contender.indexOf('.')))
                .collect(Collectors.toSet());
    }

    /** Lets every contender have the lock once more, within the promised time, and ends the workers. */
    void finish() {
        scene.awaitWrites(scene.setup().someWrites());
        Await.until(
                "the successors have begun", Await.PATIENCE, () -> written(0).containsAll(workers.contenders()));
        long start = Ticker.system().nanos();
        counter.end();
        Await.until(
                "all have had the lock at the end",
                scene.setup().patienceAtTheEnd(),
                () -> counter.ended().containsAll(workers.contenders()));
        millisUntilAllHadIt = (Ticker.system().nanos() - start) / 1_000_000;
        workers.awaitEnd();
    }

    LockVerdict verdict() {
        return LockVerdict.of(new LockVerdict.Case(
                scene.history().lines(),
                counter.accepted(0),
                counter.number(),
                workers.deaths(),
                scene.store().takeOver(scene.setup().lease())));
    }

    Map<LockFault, Integer> seen() {
        return Map.copyOf(seen);
    }

    /** What happened, for the build's log. */
    String summary() {
        return "faults seen " + seen + " in ms " + millis + ", all had it at the end within " + millisUntilAllHadIt
                + " ms";
    }

    @Override
    public void close() throws IOException {
        scene.close();
    }
}
