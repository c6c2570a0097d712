package dev.pawl.chaos;

import dev.pawl.chaos.LockVerdict.Death;
import dev.pawl.chaos.LockWorker.Order;
import dev.pawl.common.Ticker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The processes of a round, of which there are always as many: whoever was killed has a successor. For use by one thread. */
final class LockWorkers implements AutoCloseable {

    static final List<String> JAVA = List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=error");

    private final LockSetup setup;
    private final int counter;
    private final StoreUnderFault store;
    private final LockHistory history;
    private final Map<String, Worker> running = new LinkedHashMap<>();
    private final List<Death> deaths = new ArrayList<>();
    private int started;

    private record Worker(String name, int threads, ChildProcess process) {}

    LockWorkers(LockSetup setup, int counter, StoreUnderFault store, LockHistory history) {
        this.setup = setup;
        this.counter = counter;
        this.store = store;
        this.history = history;
        for (int i = 0; i < setup.processes(); i++) {
            start(1 + i % 2);
        }
    }

    private void start(int threads) {
        String name = "w" + ++started;
        Path file = setup.folder().resolve(name + ".history");
        Order order = new Order(
                setup.kind(), name, threads, store.address(), counter, setup.namespace(), setup.lease(), file);
        List<String> command = new ArrayList<>(JAVA);
        command.addAll(List.of("-cp", setup.classPath(), LockWorker.class.getName()));
        command.addAll(order.words());
        ChildProcess process = ChildProcess.start(
                command, Map.of(), setup.folder(), setup.folder().resolve(name + ".log"));
        running.put(name, new Worker(name, threads, process));
        history.follow(file);
    }

    /** The process ends now; its successor is started. */
    void kill(String name) {
        Worker killed = running.remove(name);
        killed.process.kill();
        deaths.add(new Death(name, Ticker.system().nanos(), true));
        start(killed.threads);
    }

    /** The process stands still until {@link #resume}. */
    void pause(String name) {
        running.get(name).process.pause();
        deaths.add(new Death(name, Ticker.system().nanos(), false));
    }

    void resume(String name) {
        running.get(name).process.resume();
    }

    /** Who was killed or paused. */
    List<Death> deaths() {
        return List.copyOf(deaths);
    }

    /** Those that run. */
    Set<String> names() {
        return running.keySet();
    }

    /** All threads that contend. */
    Set<String> contenders() {
        return running.values().stream()
                .flatMap(worker -> contenders(worker.name, worker.threads))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<String> contenders(String name, int threads) {
        return IntStream.range(0, threads).mapToObj(i -> name + "." + i);
    }

    /** The threads of a process. */
    List<String> contenders(String name) {
        return contenders(name, running.get(name).threads).toList();
    }

    /** Throws if a process has ended by itself. */
    void requireRunning() {
        for (Worker worker : running.values()) {
            if (!worker.process.isAlive()) {
                throw new AssertionError(worker.name + " has ended: " + worker.process.log());
            }
        }
    }

    /** Waits until all have ended as they were told. */
    void awaitEnd() {
        for (Worker worker : running.values()) {
            int code = worker.process.exitCode(Duration.ofSeconds(30));
            if (code != 0) {
                throw new AssertionError(worker.name + " ended with " + code + ": " + worker.process.log());
            }
        }
    }

    @Override
    public void close() {
        running.values().forEach(worker -> worker.process.close());
    }
}
