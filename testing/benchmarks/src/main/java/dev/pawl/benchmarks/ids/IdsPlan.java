package dev.pawl.benchmarks.ids;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** What is measured, in an order that puts those to be compared next to each other. */
final class IdsPlan {

    static final List<Integer> THREADS = List.of(1, 2, 4);

    /** Those of the bars, which need more rounds than the rest. */
    private static final List<Point> BARS = List.of(
            new Point("atomiclong", AtomicLongBenchmark.class, "next", ""),
            new Point("segment", SegmentBenchmark.class, "next", ""),
            new Point("cosid-chain", CosIdBenchmark.class, "chain", ""));

    private static final List<Point> BLOCKS = List.of(
            new Point("segment-blocks", BlocksBenchmark.class, "cursor", ""),
            new Point("bare-loop", BlocksBenchmark.class, "bareLoop", ""));

    private static final List<Point> BATCHES = List.of(
            new Point("batch-1000", SegmentBenchmark.class, "batch1000", ""),
            new Point("batch-10000", SegmentBenchmark.class, "batch10000", ""),
            new Point("snowflake-wide-batch-1000", SnowflakeBenchmark.class, "batch1000", "true"));

    static final List<Point> PEERS = List.of(
            new Point("cosid-segment", CosIdBenchmark.class, "segment", ""),
            new Point("leaf", LeafBenchmark.class, "next", ""),
            new Point("cosid-snowflake", CosIdBenchmark.class, "snowflake", ""),
            new Point("hutool", TimeOrderedPeersBenchmark.class, "hutool", ""),
            new Point("tsid-creator", TimeOrderedPeersBenchmark.class, "tsid", ""),
            new Point("yitter", TimeOrderedPeersBenchmark.class, "yitter", ""),
            new Point("baidu-default", UidBenchmark.class, "plain", ""),
            new Point("baidu-cached", UidBenchmark.class, "cached", ""));

    private static final List<Point> SNOWFLAKES = List.of(
            new Point("snowflake", SnowflakeBenchmark.class, "next", "false"),
            new Point("snowflake-wide", SnowflakeBenchmark.class, "next", "true"));

    private IdsPlan() {}

    /**
     * One benchmark method.
     *
     * @param name what the report calls it
     * @param type its class
     * @param method its method
     * @param wide the value of the parameter of that name, or empty if it has none
     */
    record Point(String name, Class<?> type, String method, String wide) {

        String include() {
            return "^" + type.getName().replace(".", "\\.") + "\\." + method + "$";
        }

        boolean ours() {
            return name.startsWith("segment") || name.startsWith("snowflake") || name.startsWith("batch");
        }
    }

    /**
     * One fork.
     *
     * @param point what
     * @param threads on how many threads
     */
    record Fork(Point point, int threads) {

        String key() {
            return point.name() + "-" + threads + "t";
        }
    }

    /**
     * Lists the forks of one round. Odd rounds run backwards, so that neither of a pair is always the first.
     *
     * @param round from 0
     * @param rounds how many there are for the bars; the rest gets less than half of them, at least one
     */
    static List<Fork> round(int round, int rounds) {
        boolean all = round < Math.max(1, (rounds - 3) / 2);
        List<Fork> forks = new ArrayList<>();
        for (int threads : THREADS) {
            add(forks, BARS, threads);
            if (all) {
                add(forks, PEERS, threads);
                add(forks, SNOWFLAKES, threads);
            }
            if (all || round < 3) {
                add(forks, BLOCKS, threads);
            }
        }
        if (all || round < 3) {
            add(forks, BATCHES, 1);
        }
        return round % 2 == 0
                ? forks
                : IntStream.range(0, forks.size())
                        .mapToObj(i -> forks.get(forks.size() - 1 - i))
                        .toList();
    }

    private static void add(List<Fork> forks, List<Point> points, int threads) {
        points.forEach(point -> forks.add(new Fork(point, threads)));
    }

    /** All points, as the report lists them. */
    static List<Point> points() {
        List<Point> points = new ArrayList<>(BARS);
        List.of(PEERS, SNOWFLAKES, BLOCKS, BATCHES).forEach(points::addAll);
        return points;
    }
}
