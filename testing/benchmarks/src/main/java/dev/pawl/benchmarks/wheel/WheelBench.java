package dev.pawl.benchmarks.wheel;

import dev.pawl.benchmarks.Report;
import dev.pawl.benchmarks.Spread;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs {@link WheelLoad} for the wheel and its peers in turn, a process each, and prints the ratios of neighbours. */
public final class WheelBench {

    private static final int MILLION = 1_000_000;
    private static final List<Integer> PENDING = List.of(10_000, 100_000, MILLION);
    private static final List<Integer> THREADS = List.of(1, 2, 4);
    private static final List<String> SHARED = List.of("wheel", "netty", "kafka", "stpe", "delayqueue", "heap4");
    private static final List<String> ALONE = List.of("wheel-alone", "agrona-alone", "heap4-alone");
    private static final List<String> DUE = List.of("wheel", "netty", "kafka", "stpe");

    private final boolean quick;
    private final Report report;
    private final Map<String, List<double[]>> seen = new LinkedHashMap<>();

    private WheelBench(boolean quick) {
        this.quick = quick;
        this.report = new Report("The timing wheel: results", quick ? "./bench wheel --quick" : "./bench wheel");
    }

    /**
     * Runs everything.
     *
     * @param args the file that the page is written to, and {@code --quick} or nothing
     * @throws Exception if a load fails
     */
    public static void main(String[] args) throws Exception {
        WheelBench bench = new WheelBench(List.of(args).contains("--quick"));
        bench.measure();
        bench.notes();
        bench.tables();
        bench.ratios();
        bench.report.write(Path.of(args[0]));
        System.out.print(bench.report.terminal());
    }

    private void measure() throws IOException, InterruptedException {
        int rounds = quick ? 3 : 7;
        for (int round = 0; round < rounds; round++) {
            // All once; then those that the bars are about.
            List<String> shared = inTurn(round == 0 ? SHARED : List.of("wheel", "netty"), round);
            List<String> alone = inTurn(round == 0 ? ALONE : List.of("wheel-alone", "agrona-alone"), round);
            for (int threads : THREADS) {
                for (String timer : shared) {
                    pairs(timer, threads, MILLION);
                }
            }
            for (String timer : alone) {
                pairs(timer, 1, MILLION);
            }
            for (String timer : inTurn(round == 0 ? ALONE : List.of("wheel-alone"), round)) {
                load("hour", timer, MILLION, 3);
            }
            for (String timer : inTurn(round == 0 ? DUE : List.of("wheel", "netty"), round)) {
                load("due", timer, MILLION);
            }
            System.err.println("round " + (round + 1) + " of " + rounds + " done");
        }
        for (String timer : SHARED) {
            for (int pending : PENDING.subList(0, 2)) {
                pairs(timer, 1, pending);
            }
            load("memory", timer, MILLION);
            load("rest", timer, MILLION, quick ? 3_000 : 10_000);
        }
    }

    private static List<String> inTurn(List<String> timers, int round) {
        List<String> ordered = new ArrayList<>(timers);
        if (round % 2 == 1) {
            Collections.reverse(ordered);
        }
        return ordered;
    }

    private void pairs(String timer, int threads, int pending) throws IOException, InterruptedException {
        load("pairs", timer, threads, pending, quick ? 700 : 2_000);
    }

    private void load(String load, String timer, int... numbers) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-Xms2g",
                "-Xmx2g",
                WheelLoad.class.getName(),
                load,
                timer));
        List<String> of = Arrays.stream(numbers).mapToObj(String::valueOf).toList();
        command.addAll(of);
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String line = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(180, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IllegalStateException("the program must end with 0: load=" + load + ", timer=" + timer);
        }
        String key = key(load, timer, load.equals("pairs") ? of.subList(0, 2).toArray() : new Object[0]);
        seen.computeIfAbsent(key, k -> new ArrayList<>())
                .add(Arrays.stream(line.strip().split(" "))
                        .mapToDouble(Double::parseDouble)
                        .toArray());
    }

    private static String key(String load, String timer, Object... numbers) {
        return load + " " + timer + " " + Arrays.toString(numbers);
    }

    private List<Double> values(String key, int column) {
        return seen.get(key).stream().map(line -> line[column]).toList();
    }

    private String cell(String key, int column, double factor) {
        if (!seen.containsKey(key)) {
            return "";
        }
        Spread spread = Spread.of(values(key, column)).times(factor);
        return Spread.number(spread.median()) + (spread.runs() == 1 ? "" : " (" + spread.range() + ")");
    }

    private void notes() {
        report.note(
                "Every figure is the median of several processes where a range stands beside it, and of one where none does.");
        report.note("Ratios are medians of the ratios of neighbouring processes.");
        report.note(
                "wheel is TimerThread, wheel-alone is TimingWheel, driven by the thread that schedules, as the two peers"
                        + " named -alone are. The best peer is that of those which threads may share whose ratio is the least.");
        report.note(
                "In the queues that are heaps a pair's timer is the earliest of all and climbs to the root, where delayqueue,"
                        + " which searches from there, finds it at once.");
    }

    private void tables() {
        List<List<String>> pairs = new ArrayList<>();
        for (String timer : concat(SHARED, ALONE)) {
            List<String> row = new ArrayList<>(List.of(timer));
            PENDING.forEach(pending -> row.add(cell(key("pairs", timer, 1, pending), 0, 1e-6)));
            row.add(cell(key("pairs", timer, 2, MILLION), 0, 1e-6));
            row.add(cell(key("pairs", timer, 4, MILLION), 0, 1e-6));
            row.add(cell(key("pairs", timer, 1, MILLION), 1, 1e-6));
            pairs.add(row);
        }
        report.table(
                "Million pairs of schedule and cancel per second",
                List.of(
                        "Timer",
                        "1 thread, 10k pending",
                        "100k",
                        "1M",
                        "2 threads, 1M",
                        "4 threads, 1M",
                        "1 thread, 1M, per second of processor time"),
                pairs);
        List<List<String>> due = new ArrayList<>();
        for (String timer : DUE) {
            List<String> row = new ArrayList<>(List.of(timer));
            for (int column = 0; column < 5; column++) {
                row.add(cell(key("due", timer), column, 1));
            }
            due.add(row);
        }
        report.table(
                "A million timers due within two seconds",
                List.of("Timer", "early", "late, ms, p50", "p99", "most", "processor seconds"),
                due);
        List<List<String>> rest = new ArrayList<>();
        for (String timer : SHARED) {
            rest.add(List.of(
                    timer,
                    cell(key("memory", timer), 0, 1),
                    cell(key("rest", timer), 0, 1),
                    cell(key("rest", timer), 1, 1)));
        }
        report.table(
                "A million pending",
                List.of(
                        "Timer",
                        "bytes per timer",
                        "wake-ups per second of the process, at rest",
                        "processor ms per second, at rest"),
                rest);
        report.table(
                "An hour of a million timers on a virtual clock",
                List.of("Timer", "ns of processor time per expiry"),
                ALONE.stream()
                        .map(timer -> List.of(timer, cell(key("hour", timer), 0, 1)))
                        .toList());
    }

    private static List<String> concat(List<String> first, List<String> second) {
        List<String> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }

    private void ratios() {
        for (int threads : THREADS) {
            String ours = key("pairs", "wheel", threads, MILLION);
            String best = SHARED.stream()
                    .skip(1)
                    .min(Comparator.comparing(peer -> Spread.ofRatios(
                                    values(ours, 0), values(key("pairs", peer, threads, MILLION), 0))
                            .median()))
                    .orElseThrow();
            String theirs = key("pairs", best, threads, MILLION);
            String name = "wheel-vs-best-peer-" + threads + "t";
            report.ratio(name, Spread.ofRatios(values(ours, 0), values(theirs, 0)), ">= 1.5 (" + best + ")");
            report.ratio(name + "-by-processor-time", Spread.ofRatios(values(ours, 1), values(theirs, 1)), "");
            report.ratio(
                    "wheel-mpairs-per-s-" + threads + "t",
                    Spread.of(values(ours, 0)).times(1e-6),
                    "");
        }
        report.ratio(
                "wheel-alone-vs-agrona-1t",
                Spread.ofRatios(
                        values(key("pairs", "wheel-alone", 1, MILLION), 1),
                        values(key("pairs", "agrona-alone", 1, MILLION), 1)),
                "");
        report.ratio("wheel-bytes-per-timer", Spread.of(values(key("memory", "wheel"), 0)), "<= 48");
        report.ratio("wheel-expire-ns", Spread.of(values(key("hour", "wheel-alone"), 0)), "<= 110");
        String due = key("due", "wheel");
        report.ratio("wheel-early", Spread.of(values(due, 0)), "0");
        report.ratio("wheel-late-p99-ms", Spread.of(values(due, 2)), "<= 2");
        report.ratio(
                "wheel-due-processor-time-vs-netty",
                Spread.ofRatios(values(due, 4), values(key("due", "netty"), 4)),
                "<= 1");
        report.ratio("wheel-rest-wake-ups-per-s", Spread.of(values(key("rest", "wheel"), 0)), "");
    }
}
