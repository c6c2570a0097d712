package dev.pawl.benchmarks.delay;

import dev.pawl.benchmarks.Report;
import dev.pawl.benchmarks.Spread;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Tables and ratios of what was measured. */
final class DelayReport {

    private final Measurements measured;
    private final int waiting;
    private final Report report;

    DelayReport(Measurements measured, boolean quick, int waiting) {
        this.measured = measured;
        this.waiting = waiting;
        this.report = new Report("Delayed jobs: results", quick ? "./bench delay --quick" : "./bench delay");
    }

    Report write() {
        notes();
        for (Scene scene : Scene.values()) {
            table(scene);
        }
        ratios();
        return report;
    }

    private void notes() {
        report.note(
                "One redis-server without persistence, on the same processors as the clients. Each peer has a JVM of its own.");
        report.note(
                "A job is 100 bytes. Enqueues are due in one to two hours; call times are of one call, of one job or 100.");
        report.note(
                "Of a burst the rate counts from the due time to the last acknowledgement, of Redisson, which has none, to the"
                        + " last job taken, of 10,000. The bare commands are a loop of a script that puts 1,000 due jobs off, and ZREM.");
        report.note(
                "Jobs that are due a second ahead come one every 2 ms. " + String.format(Locale.ROOT, "%,d", waiting)
                        + " other jobs wait with ours, 20,000 with Redisson. Lateness is the handler's wall clock less the due time; early is"
                        + " also what the store's own clock calls so. Costs contain the enqueue, and what waiting consumers ask.");
        report.note("Processor and script time of the server are its own counts, divided by the jobs.");
    }

    private void ratios() {
        report.ratio("enqueue-vs-zadd-1t", measured.ratios(Scene.ENQUEUE_ONE, Peers.RAW), ">= 0.8");
        report.ratio("enqueue-vs-zadd-8t", measured.ratios(Scene.ENQUEUE_EIGHT, Peers.RAW), ">= 0.8");
        report.ratio("enqueue-vs-rdelayedqueue-1t", measured.ratios(Scene.ENQUEUE_ONE, Peers.REDISSON), "");
        report.ratio("enqueue-vs-rdelayedqueue-8t", measured.ratios(Scene.ENQUEUE_EIGHT, Peers.REDISSON), ">= 2");
        figure("enqueue-batch-kps", Scene.ENQUEUE_BATCHES, one -> one.done().perSecond() / 1e3, ">= 100");
        report.ratio("enqueue-batch-vs-zadd", measured.ratios(Scene.ENQUEUE_BATCHES, Peers.RAW), "");
        figure("burst-kps", Scene.BURST, one -> one.done().perSecond() / 1e3, ">= 60");
        report.ratio("burst-vs-raw", measured.ratios(Scene.BURST, Peers.RAW), "");
        report.ratio("burst-vs-rdelayedqueue", measured.ratios(Scene.BURST, Peers.REDISSON), ">= 10");
        figure("fire-p50-ms", Scene.FIRE_ONE, one -> one.done().p50Micros() / 1e3, "<= 1");
        figure("fire-p99-ms", Scene.FIRE_ONE, one -> one.done().p99Micros() / 1e3, "<= 3");
        figure("fire-p50-ms-8c", Scene.FIRE_EIGHT, one -> one.done().p50Micros() / 1e3, "<= 1");
        figure("fire-p99-ms-8c", Scene.FIRE_EIGHT, one -> one.done().p99Micros() / 1e3, "<= 3");
        report.ratio("fire-early", Spread.of(List.of(early())), "0");
        figure("fire-script-us-per-job-1c", Scene.FIRE_ONE, Measurements.One::scriptMicros, "<= 60");
        figure("fire-script-us-per-job-8c", Scene.FIRE_EIGHT, Measurements.One::scriptMicros, "<= 60");
        figure("fire-redis-us-per-job-1c", Scene.FIRE_ONE, Measurements.One::processorMicros, "<= 150");
        figure("fire-redis-us-per-job-8c", Scene.FIRE_EIGHT, Measurements.One::processorMicros, "<= 150");
    }

    private void figure(String name, Scene scene, ToDoubleFunction<Measurements.One> value, String bar) {
        report.ratio(name, measured.spread(scene, Peers.PAWL, value), bar);
    }

    /** Over all runs, since one job is too many. */
    private double early() {
        double early = 0;
        for (Scene scene : List.of(Scene.BURST, Scene.FIRE_ONE, Scene.FIRE_EIGHT)) {
            for (double some :
                    measured.values(scene, Peers.PAWL, one -> one.done().early())) {
                early += some;
            }
        }
        return early;
    }

    private void table(Scene scene) {
        List<List<String>> rows = new ArrayList<>();
        for (Peers peer : scene.peers) {
            Spread rate = measured.spread(scene, peer, one -> one.done().perSecond());
            rows.add(List.of(
                    peer.label,
                    Spread.number(rate.median()),
                    rate.range(),
                    median(scene, peer, one -> one.done().p50Micros() / 1e3),
                    median(scene, peer, one -> one.done().p99Micros() / 1e3),
                    Spread.number(measured.spread(scene, peer, one -> one.done().greatestMicros() / 1e3)
                            .max()),
                    median(scene, peer, Measurements.One::scriptMicros),
                    median(scene, peer, Measurements.One::processorMicros),
                    median(scene, peer, Measurements.One::clientMicros)));
        }
        report.table(
                scene.heading,
                List.of(
                        "Queue",
                        "Jobs per second",
                        "Least - greatest",
                        scene.timed + " p50 (ms)",
                        scene.timed + " p99 (ms)",
                        "Greatest (ms)",
                        "Script time per job (µs)",
                        "Server's processor time per job (µs)",
                        "Client's (µs)"),
                rows);
    }

    private String median(Scene scene, Peers peer, ToDoubleFunction<Measurements.One> value) {
        return Spread.number(measured.spread(scene, peer, value).median());
    }
}
