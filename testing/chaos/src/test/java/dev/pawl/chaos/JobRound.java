package dev.pawl.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.chaos.JobVerdict.Window;
import dev.pawl.common.Ticker;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * Leads producers and workers through faults: a while without any, the faults, and an end at which everything that was taken has time to be
 * done. A run in which a fault was not seen fails. What the history is worth, the verdict says. For use by one thread.
 */
final class JobRound implements AutoCloseable {

    private static final Duration LOOK = Duration.ofMillis(20);

    private final JobScene scene;
    private final JobNemesis nemesis;
    private final Random random;
    private final Map<JobFault, Integer> seen = new EnumMap<>(JobFault.class);
    private final Map<JobFault, Long> millis = new EnumMap<>(JobFault.class);
    private Window calm = new Window(0, 0);
    private double calmRate;
    private long drainMillis;
    private List<String> left = List.of();

    JobRound(JobSetup setup, RedisUnderFault store, Random random) throws IOException {
        scene = JobScene.of(setup, store);
        nemesis = new JobNemesis(scene, random);
        this.random = random;
    }

    /** Runs the calm, and then each fault so many times, in an order drawn from the seed. */
    void run(Map<JobFault, Integer> times) throws IOException, InterruptedException {
        List<JobFault> plan = new ArrayList<>();
        times.forEach((fault, count) -> plan.addAll(Collections.nCopies(count, fault)));
        // The map's order is not the same in every JVM, and the seed must draw the same plan again.
        Collections.sort(plan);
        Collections.shuffle(plan, random);
        calm();
        for (JobFault fault : plan) {
            Await.pass(Duration.ofMillis(random.nextInt(20)));
            long begun = Ticker.system().nanos();
            nemesis.fire(fault);
            seen.merge(fault, 1, Integer::sum);
            millis.merge(fault, (Ticker.system().nanos() - begun) / 1_000_000, Long::sum);
        }
    }

    /** Begins with the processes warm, so that lateness and rate are not those of their start. */
    private void calm() {
        JobSetup.Pace pace = scene.setup().pace();
        scene.awaitEffects((int) (pace.calm() * pace.calmFor().toMillis() / 2_000));
        int before = scene.effects().done();
        long begun = Ticker.system().nanos();
        Await.pass(pace.calmFor());
        calm = new Window(begun, Ticker.system().nanos());
        calmRate = (scene.effects().done() - before) * 1e9 / (calm.to() - begun);
        scene.effects().pace(pace.faulty() / scene.setup().producers());
    }

    /** Ends the producers, waits until all that was taken is done or nothing moves any more, and ends the workers. */
    void finish() throws IOException {
        scene.awaitEffects(scene.setup().pace().faulty());
        scene.effects().endProducers();
        scene.processes().awaitEndOfProducers();
        nemesis.makeAllDue();
        long begun = Ticker.system().nanos();
        drain();
        drainMillis = (Ticker.system().nanos() - begun) / 1_000_000;
        left = scene.setup().kind().redelivers() ? awaitNothingLeft() : List.of();
        scene.effects().endWorkers();
        scene.processes().awaitEndOfWorkers();
    }

    /** After such a time without anything nothing comes any more. */
    private Duration quiet() {
        return scene.setup().kind().redelivers() ? Duration.ofSeconds(20) : Duration.ofSeconds(3);
    }

    private void drain() throws IOException {
        int before = -1;
        long end = 0;
        while (open() > 0 && !isStoreEmpty()) {
            long now = Ticker.system().nanos();
            if (scene.effects().size() != before) {
                before = scene.effects().size();
                end = now + quiet().toNanos();
            } else if (now > end) {
                return;
            }
            Await.pass(LOOK);
        }
    }

    /** What is not there does not come. */
    private boolean isStoreEmpty() throws IOException {
        return scene.setup().kind().redelivers() && moreThanTheirOwn().isEmpty();
    }

    private int open() {
        return scene.history().open(scene.effects()::isDone);
    }

    JobVerdict verdict(boolean allSeen) {
        Duration comeBack = scene.setup().visibility().plus(JobSetup.MAX_POLL);
        return JobVerdict.of(new JobVerdict.Case(
                scene.history().lines(),
                scene.effects().effects(),
                scene.processes().deaths(),
                scene.time(),
                new JobVerdict.Rules(calm, comeBack.plus(slack()), nemesis.losses(), allSeen)));
    }

    /** Of a machine that has other work: the long rounds are run on one that has none. */
    private static Duration slack() {
        return ChaosSettings.longRounds() ? Duration.ofMillis(500) : Duration.ofSeconds(20);
    }

    Map<JobFault, Integer> seen() {
        return Map.copyOf(seen);
    }

    double calmRate() {
        return calmRate;
    }

    /** Jobs whose enqueue had no answer may be there too, and are done like the others. */
    private List<String> awaitNothingLeft() throws IOException {
        long end = Ticker.system().nanos() + quiet().toNanos();
        List<String> more = moreThanTheirOwn();
        while (!more.isEmpty() && Ticker.system().nanos() < end) {
            Await.pass(LOOK);
            more = moreThanTheirOwn();
        }
        return more;
    }

    /** Every key of the partition has a member of its own. */
    private List<String> moreThanTheirOwn() throws IOException {
        String partition = scene.setup().namespace() + ":delay:{" + WorkerQueue.NAME + ":0}:";
        List<String> more = new ArrayList<>();
        for (String key : List.of("times", "jobs", "states", "dead")) {
            String count = key.equals("times") ? "ZCARD" : "HLEN";
            Object members = scene.store().server().ask(count, partition + key);
            if (!Long.valueOf(1).equals(members)) {
                more.add(key + " has " + members);
            }
        }
        return more;
    }

    void requireNothingLeft() {
        assertThat(left).as("what is left in the store").isEmpty();
    }

    /** What happened, for the build's log. */
    String summary() {
        return String.format(
                Locale.ROOT,
                "%.0f jobs/s before the first fault, faults seen %s in ms %s, drained within %d ms",
                calmRate,
                seen,
                millis,
                drainMillis);
    }

    @Override
    public void close() throws IOException {
        scene.close();
    }
}
