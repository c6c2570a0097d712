package dev.pawl.benchmarks.ids;

import dev.pawl.benchmarks.Report;
import dev.pawl.benchmarks.Spread;
import dev.pawl.benchmarks.ids.IdsPlan.Fork;
import dev.pawl.benchmarks.ids.IdsPlan.Point;
import dev.pawl.benchmarks.ids.ProcessorShare.Sample;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs all id benchmarks, one fork at a time, ours and the peers' in turn, and prints the ratio of each pair of
 * neighbours: see {@link Spread#ofRatios}.
 */
public final class IdsBench {

    private static final List<String> SHARES = List.of("snowflake", "wide", "cosid", "hutool", "tsid", "yitter");

    private static final List<String> NEVER_WAIT = List.of("atomiclong", "cosid-chain", "cosid-segment");

    private final boolean quick;
    private final Report report;
    private final Map<String, List<Double>> idsPerSecond = new LinkedHashMap<>();
    private final Map<String, List<Double>> idsPerProcessorSecond = new LinkedHashMap<>();
    private final Map<String, List<Double>> bytesPerId = new LinkedHashMap<>();
    private final Map<String, List<Sample>> samples = new LinkedHashMap<>();

    private IdsBench(boolean quick) {
        this.quick = quick;
        this.report = new Report("Ids: results", quick ? "./bench ids --quick" : "./bench ids");
    }

    /**
     * Runs everything.
     *
     * @param args the file that the page is written to, and {@code --quick} or nothing
     * @throws Exception if a benchmark fails
     */
    public static void main(String[] args) throws Exception {
        IdsBench bench = new IdsBench(List.of(args).contains("--quick"));
        bench.measure();
        bench.tables();
        bench.ratios();
        bench.report.write(Path.of(args[0]));
        System.out.print(bench.report.terminal());
    }

    private int rounds() {
        return quick ? 5 : 9;
    }

    private void measure() throws RunnerException, IOException, InterruptedException {
        for (int round = 0; round < rounds(); round++) {
            for (Fork fork : IdsPlan.round(round, rounds())) {
                run(fork);
            }
            System.err.println("round " + (round + 1) + " of " + rounds() + " done");
        }
        for (int round = 0; round < (quick ? 1 : 3); round++) {
            for (String generator : SHARES) {
                for (int threads : quick ? List.of(1, 4) : IdsPlan.THREADS) {
                    share(generator, threads);
                }
            }
        }
    }

    private void run(Fork fork) throws RunnerException {
        TimeValue length = quick ? TimeValue.milliseconds(400) : TimeValue.seconds(1);
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(fork.point().include())
                .threads(fork.threads())
                .forks(1)
                .warmupIterations(3)
                .warmupTime(length)
                .measurementIterations(quick ? 3 : 5)
                .measurementTime(length)
                .jvmArgs("-Xms1g", "-Xmx1g")
                .addProfiler(GCProfiler.class)
                .addProfiler(ProcessorTimeProfiler.class)
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
        if (!fork.point().wide().isEmpty()) {
            options.param("wide", fork.point().wide());
        }
        for (RunResult result : new Runner(options.build()).run()) {
            keep(idsPerSecond, fork.key(), result.getPrimaryResult().getScore());
            Result<?> bytes =
                    Objects.requireNonNull(result.getSecondaryResults().get("gc.alloc.rate.norm"));
            keep(bytesPerId, fork.key(), bytes.getScore());
            Result<?> perProcessor =
                    Objects.requireNonNull(result.getSecondaryResults().get(ProcessorTimeProfiler.LABEL));
            keep(idsPerProcessorSecond, fork.key(), perProcessor.getScore());
        }
    }

    private static <T> void keep(Map<String, List<T>> where, String key, T value) {
        where.computeIfAbsent(key, k -> new ArrayList<>()).add(value);
    }

    private void share(String generator, int threads) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Xms1g",
                        "-Xmx1g",
                        ProcessorShare.class.getName(),
                        generator,
                        String.valueOf(threads),
                        quick ? "2" : "5")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String line = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IllegalStateException("the program must end with 0: generator=" + generator);
        }
        keep(samples, generator + "-" + threads + "t", Sample.parse(line));
    }

    private void tables() {
        List<List<String>> rows = new ArrayList<>();
        for (Point point : IdsPlan.points()) {
            List<String> row = new ArrayList<>(List.of(point.name()));
            for (int threads : IdsPlan.THREADS) {
                List<Double> values = idsPerSecond.get(point.name() + "-" + threads + "t");
                row.add(values == null ? "" : millions(Spread.of(values)));
            }
            row.add(millions(Spread.of(idsPerProcessorSecond.get(point.name() + "-1t"))));
            row.add(Spread.number(
                    Spread.of(bytesPerId.get(point.name() + "-1t")).median()));
            rows.add(row);
        }
        report.note("Every figure is the median of several forks; in brackets the least and the greatest.");
        report.note(
                "Ratios are medians of the ratios of neighbouring forks. Those to AtomicLong and to CosId's segments,"
                        + " which like ours never wait, are of ids per second of processor time, so that what else the machine does"
                        + " weighs less; ratios named -wall are of ids per second.");
        report.note("snowflake, cosid-snowflake, hutool and baidu-default keep to 4.096 M ids/s (baidu-default: 4.194);"
                + " tsid-creator, yitter and baidu-cached do not, and take the rest from the future.");
        report.table(
                "Million ids per second, and bytes allocated per id",
                List.of(
                        "Generator",
                        "1 thread",
                        "2 threads",
                        "4 threads",
                        "1 thread, per second of processor time",
                        "bytes per id"),
                rows);
        shareTable();
    }

    private static String millions(Spread spread) {
        Spread inMillions = spread.times(1e-6);
        return Spread.number(inMillions.median()) + " (" + inMillions.range() + ")";
    }

    private void shareTable() {
        List<List<String>> rows = new ArrayList<>();
        samples.forEach((key, list) -> rows.add(List.of(
                key,
                millions(Spread.of(list.stream().map(Sample::idsPerSecond).toList())),
                Spread.number(
                        Spread.of(list.stream().map(Sample::cores).toList()).median()),
                millions(Spread.of(
                        list.stream().map(Sample::idsPerProcessorSecond).toList())))));
        report.table(
                "Processor time of time-ordered generators",
                List.of("Generator", "M ids/s", "cores in use", "M ids per second of processor time"),
                rows);
    }

    private void ratios() {
        for (int threads : IdsPlan.THREADS) {
            for (String peer : NEVER_WAIT) {
                String name = "segment-vs-" + peer + "-" + threads + "t";
                String bar = peer.equals("atomiclong") ? ">= 0.95" : "> 1";
                ratio(name, idsPerProcessorSecond, peer, threads, bar);
                ratio(name + "-wall", idsPerSecond, peer, threads, bar);
            }
            for (Point peer : IdsPlan.PEERS) {
                if (!NEVER_WAIT.contains(peer.name())) {
                    ratio("segment-vs-" + peer.name() + "-" + threads + "t", idsPerSecond, peer.name(), threads, "> 1");
                }
            }
            figure(
                    "segment-blocks-gids-per-s-" + threads + "t",
                    "segment-blocks",
                    threads,
                    threads == 1 ? ">= 1.0" : threads == 4 ? ">= 1.5" : "");
            figure("bare-loop-gids-per-s-" + threads + "t", "bare-loop", threads, "");
        }
        figure("batch-gids-per-s", "batch-1000", 1, ">= 1.0");
        figure("batch-10000-gids-per-s", "batch-10000", 1, "");
        List<Sample> atBound = samples.get("snowflake-1t");
        report.ratio(
                "snowflake-mids-per-s",
                Spread.of(atBound.stream().map(s -> s.idsPerSecond() * 1e-6).toList()),
                "4.096");
        report.ratio(
                "snowflake-core-share",
                Spread.of(atBound.stream().map(Sample::cores).toList()),
                "<= 0.15");
        report.ratio(
                "snowflake-core-share-4t",
                Spread.of(
                        samples.get("snowflake-4t").stream().map(Sample::cores).toList()),
                "");
        report.ratio(
                "snowflake-wide-mids-per-core-s",
                Spread.of(samples.get("wide-1t").stream()
                        .map(s -> s.idsPerProcessorSecond() * 1e-6)
                        .toList()),
                ">= 30");
        double most = IdsPlan.points().stream()
                .filter(Point::ours)
                .flatMap(point -> bytesPerId.get(point.name() + "-1t").stream())
                .mapToDouble(Double::doubleValue)
                .max()
                .orElseThrow();
        report.ratio("bytes-per-id", Spread.of(List.of(most)), "0");
    }

    private void ratio(String name, Map<String, List<Double>> values, String theirs, int threads, String bar) {
        String suffix = "-" + threads + "t";
        report.ratio(name, Spread.ofRatios(values.get("segment" + suffix), values.get(theirs + suffix)), bar);
    }

    private void figure(String name, String point, int threads, String bar) {
        report.ratio(
                name, Spread.of(idsPerSecond.get(point + "-" + threads + "t")).times(1e-9), bar);
    }
}
