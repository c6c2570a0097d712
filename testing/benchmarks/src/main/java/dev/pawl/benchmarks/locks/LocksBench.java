package dev.pawl.benchmarks.locks;

import dev.pawl.benchmarks.Report;
import dev.pawl.benchmarks.Spread;
import dev.pawl.servers.RedisProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Acquires and releases locks of ours, of the peers and by bare commands on one Redis, in turn, and prints the ratio of each
 * round's neighbours. Each has a JVM of its own; all are connected all the time, and only the one measured is busy.
 */
public final class LocksBench {

    /** One measurement: what the threads did, and what it cost. */
    private record Measured(Round.Result result, double serverMicros, double clientMicros, double bytes) {}

    private final boolean quick;
    private final Report report;
    private final RedisProcess redis;
    private final Map<Lockers, LockerProcess> open = new EnumMap<>(Lockers.class);
    private final Map<Scene, Map<Lockers, List<Measured>>> measured = new EnumMap<>(Scene.class);

    private LocksBench(boolean quick, RedisProcess redis) {
        this.quick = quick;
        this.redis = redis;
        this.report = new Report("Locks: results", quick ? "./bench locks --quick" : "./bench locks");
    }

    /**
     * Runs everything.
     *
     * @param args the file that the page is written to, and {@code --quick} or nothing
     * @throws Exception if a server does not start, or a lock does not lock
     */
    public static void main(String[] args) throws Exception {
        try (RedisProcess redis = RedisProcess.create()) {
            LocksBench bench = new LocksBench(List.of(args).contains("--quick"), redis);
            bench.run();
            bench.ratios();
            bench.report.write(Path.of(args[0]));
            System.out.print(bench.report.terminal());
        }
    }

    private void run() throws IOException, InterruptedException {
        for (Lockers lockers : Lockers.values()) {
            open.put(lockers, LockerProcess.start(lockers, redis.port()));
        }
        for (Scene scene : Scene.values()) {
            for (Lockers lockers : scene.lockers) {
                once(scene, lockers, 8_000);
            }
        }
        int rounds = quick ? 6 : 12;
        for (int round = 0; round < rounds; round++) {
            for (Scene scene : Scene.values()) {
                List<Lockers> order = new ArrayList<>(scene.lockers);
                if (round % 2 == 1) {
                    Collections.reverse(order);
                }
                for (Lockers lockers : order) {
                    measured.computeIfAbsent(scene, s -> new EnumMap<>(Lockers.class))
                            .computeIfAbsent(lockers, l -> new ArrayList<>())
                            .add(once(scene, lockers, quick ? 1_000 : 3_000));
                }
            }
            System.err.println("round " + (round + 1) + " of " + rounds + " done");
        }
        for (LockerProcess process : open.values()) {
            process.close();
        }
    }

    private Measured once(Scene scene, Lockers lockers, long millis) throws IOException {
        Info before = Info.of(redis);
        LockerProcess.Done done = open.get(lockers).run(scene, millis);
        Info spent = Info.of(redis).minus(before);
        double pairs = done.result().pairsPerSecond() * millis / 1e3;
        return new Measured(
                done.result(), spent.serverMicros / pairs, done.processorMicros() / pairs, spent.bytes / pairs);
    }

    /** What the server has spent so far. */
    private record Info(double serverMicros, double bytes) {

        private static final Pattern FIELD = Pattern.compile("(\\w+):([0-9.]+)\r?\n");

        static Info of(RedisProcess redis) throws IOException {
            Map<String, Double> fields = new LinkedHashMap<>();
            Matcher field = FIELD.matcher(text(redis.ask("INFO", "everything")));
            while (field.find()) {
                if (field.group(2).matches("\\d+(\\.\\d+)?")) {
                    fields.put(field.group(1), Double.parseDouble(field.group(2)));
                }
            }
            return new Info(
                    (fields.get("used_cpu_user") + fields.get("used_cpu_sys")) * 1e6,
                    fields.get("total_net_input_bytes") + fields.get("total_net_output_bytes"));
        }

        private static String text(Object reply) {
            return reply instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : String.valueOf(reply);
        }

        Info minus(Info before) {
            return new Info(serverMicros - before.serverMicros, bytes - before.bytes);
        }
    }

    private void ratios() {
        report.note(
                "One redis-server without persistence, on the same processors as the clients. Each kind of lock has a JVM of its own.");
        report.note(
                "A pair is one acquire and one release with nothing in between, without a pause after it. Waits are from the"
                        + " call of acquire to its return.");
        report.note(
                "Every client has its defaults; ours and Redisson's renew, Spring's registry publishes and subscribes. The"
                        + " bare commands are SET NX PX and a script that compares and deletes, through one shared connection: they"
                        + " neither wait nor have a token.");
        for (Scene scene : Scene.values()) {
            table(scene);
        }
        compare("redis-vs-raw-1t", Scene.ONE_THREAD, Lockers.PAWL, Lockers.RAW, ">= 0.9");
        compare("redis-vs-raw-8t", Scene.EIGHT_THREADS, Lockers.PAWL, Lockers.RAW, ">= 0.85");
        compare("redis-vs-rlock-1t", Scene.ONE_THREAD, Lockers.PAWL, Lockers.RLOCK, "");
        compare("redis-vs-rlock-8t", Scene.EIGHT_THREADS, Lockers.PAWL, Lockers.RLOCK, ">= 3");
        compare("redis-vs-rfenced-8t", Scene.EIGHT_THREADS, Lockers.PAWL, Lockers.RFENCED, "");
        compare("redis-vs-spring-8t", Scene.EIGHT_THREADS, Lockers.PAWL, Lockers.SPRING, "");
        compare("redis-through-redisson-vs-rlock", Scene.EIGHT_THREADS, Lockers.PAWL_REDISSON, Lockers.RLOCK, ">= 1.1");
        compare("redis-one-jvm-vs-rlock-8t", Scene.ONE_JVM, Lockers.PAWL, Lockers.RLOCK, ">= 3");
        p99("redis-one-jvm-p99-vs-rlock", Scene.ONE_JVM, "< 1");
        compare("redis-clients-vs-rlock-8t", Scene.CLIENTS, Lockers.PAWL, Lockers.RLOCK, ">= 3");
        p99("redis-clients-p99-vs-rlock", Scene.CLIENTS, "<= 0.5");
    }

    private void table(Scene scene) {
        List<List<String>> rows = new ArrayList<>();
        for (Lockers lockers : scene.lockers) {
            List<Measured> all = measured.get(scene).get(lockers);
            Spread pairs = spread(all, one -> one.result().pairsPerSecond());
            rows.add(List.of(
                    lockers.label,
                    Spread.number(pairs.median()),
                    pairs.range(),
                    median(all, one -> one.result().p50Micros()),
                    median(all, one -> one.result().p99Micros()),
                    Spread.number(all.stream()
                            .mapToDouble(one -> one.result().greatestMicros() / 1e3)
                            .max()
                            .orElseThrow()),
                    median(all, Measured::serverMicros),
                    median(all, Measured::clientMicros),
                    median(all, Measured::bytes)));
        }
        report.table(
                scene.heading,
                List.of(
                        "Lock",
                        "Pairs per second",
                        "Least - greatest",
                        "Wait p50 (µs)",
                        "Wait p99 (µs)",
                        "Longest wait (ms)",
                        "Server's processor time per pair (µs)",
                        "Clients' (µs)",
                        "Bytes on the wire per pair"),
                rows);
    }

    private static Spread spread(List<Measured> all, ToDoubleFunction<Measured> value) {
        return Spread.of(all.stream().mapToDouble(value).boxed().toList());
    }

    private static String median(List<Measured> all, ToDoubleFunction<Measured> value) {
        return Spread.number(spread(all, value).median());
    }

    private void compare(String name, Scene scene, Lockers ours, Lockers theirs, String bar) {
        ratio(name, scene, ours, theirs, one -> one.result().pairsPerSecond(), bar);
    }

    private void p99(String name, Scene scene, String bar) {
        ratio(name, scene, Lockers.PAWL, Lockers.RLOCK, one -> one.result().p99Micros(), bar);
    }

    private void ratio(
            String name, Scene scene, Lockers ours, Lockers theirs, ToDoubleFunction<Measured> value, String bar) {
        report.ratio(name, Spread.ofRatios(values(scene, ours, value), values(scene, theirs, value)), bar);
    }

    private List<Double> values(Scene scene, Lockers lockers, ToDoubleFunction<Measured> value) {
        return measured.get(scene).get(lockers).stream()
                .mapToDouble(value)
                .boxed()
                .toList();
    }
}
