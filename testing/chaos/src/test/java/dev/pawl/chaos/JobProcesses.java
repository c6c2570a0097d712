package dev.pawl.chaos;

import dev.pawl.chaos.JobProcess.Order;
import dev.pawl.chaos.LockVerdict.Death;
import dev.pawl.common.Ticker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The processes of a round, of which there are always as many: whoever was killed has a successor. For use by one thread. */
final class JobProcesses implements AutoCloseable {

    private static final String WORKER = "w";

    private final JobSetup setup;
    private final JobEffects effects;
    private final JobHistory history;
    private final Map<String, String> stores;
    private final Map<String, ChildProcess> running = new LinkedHashMap<>();
    private final List<Death> deaths = new ArrayList<>();
    private int started;

    JobProcesses(JobSetup setup, JobEffects effects, JobHistory history, String forProducers, String forWorkers) {
        this.setup = setup;
        this.effects = effects;
        this.history = history;
        stores = Map.of(JobEffects.PRODUCER, forProducers, WORKER, forWorkers);
        for (int i = 0; i < setup.workers(); i++) {
            start(WORKER);
        }
        for (int i = 0; i < setup.producers(); i++) {
            start(JobEffects.PRODUCER);
        }
    }

    private void start(String role) {
        String name = role + ++started;
        Path file = file(name);
        Order order = new Order(
                setup.kind(), name, stores.get(role), effects.port(), setup.namespace(), setup.visibility(), file);
        Class<?> program = role.equals(WORKER) ? JobWorker.class : JobProducer.class;
        List<String> command = new ArrayList<>(LockWorkers.JAVA);
        command.addAll(List.of("-cp", setup.classPath(), program.getName()));
        command.addAll(order.words());
        ChildProcess process = ChildProcess.start(
                command, Map.of(), setup.folder(), setup.folder().resolve(name + ".log"));
        running.put(name, process);
        history.follow(file);
    }

    private Path file(String name) {
        return setup.folder().resolve(name + ".history");
    }

    /** The process ends now; its successor is started. */
    void kill(String name) {
        running.remove(name).kill();
        deaths.add(new Death(name, Ticker.system().nanos(), true));
        history.ended(file(name));
        start(name.substring(0, 1));
    }

    /** The process stands still until {@link #resume}. */
    void pause(String name) {
        running.get(name).pause();
        deaths.add(new Death(name, Ticker.system().nanos(), false));
    }

    void resume(String name) {
        running.get(name).resume();
    }

    /** Who was killed or paused. */
    List<Death> deaths() {
        return List.copyOf(deaths);
    }

    List<String> names() {
        return List.copyOf(running.keySet());
    }

    List<String> producers() {
        return names().stream()
                .filter(name -> name.startsWith(JobEffects.PRODUCER))
                .toList();
    }

    /** Throws if a process has ended by itself. */
    void requireRunning() {
        running.forEach((name, process) -> {
            if (!process.isAlive()) {
                throw new AssertionError(name + " has ended: " + process.log());
            }
        });
    }

    void awaitEndOfProducers() {
        producers().forEach(this::awaitEnd);
    }

    void awaitEndOfWorkers() {
        names().forEach(this::awaitEnd);
    }

    private void awaitEnd(String name) {
        ChildProcess process = running.remove(name);
        int code = process.exitCode(Duration.ofSeconds(60));
        if (code != 0) {
            throw new AssertionError(name + " ended with " + code + ": " + process.log());
        }
    }

    @Override
    public void close() {
        running.values().forEach(ChildProcess::close);
    }
}
