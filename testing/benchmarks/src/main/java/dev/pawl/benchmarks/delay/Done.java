package dev.pawl.benchmarks.delay;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What was done in one run: how many jobs, how many a second, how long calls took or how late jobs were, how many came before they were due,
 * and the processor time of the whole process.
 */
record Done(
        double jobs,
        double perSecond,
        double p50Micros,
        double p99Micros,
        double greatestMicros,
        double early,
        double processorMicros) {

    /** Of a run that could not be measured, and is to be repeated. */
    static final Done AGAIN = new Done(Double.NaN, 0, 0, 0, 0, 0, 0);

    static Done of(int jobs, long nanos, long[] sortedMicros, int early) {
        int count = sortedMicros.length;
        return new Done(
                jobs,
                jobs * 1e9 / nanos,
                sortedMicros[count / 2],
                sortedMicros[(int) (count * 0.99)],
                sortedMicros[count - 1],
                early,
                0);
    }

    boolean isMeasured() {
        return !Double.isNaN(jobs);
    }

    Done with(double processor) {
        return new Done(jobs, perSecond, p50Micros, p99Micros, greatestMicros, early, processor);
    }

    String line() {
        return Stream.of(jobs, perSecond, p50Micros, p99Micros, greatestMicros, early, processorMicros)
                .map(String::valueOf)
                .collect(Collectors.joining(" "));
    }

    static Done read(String line) {
        List<Double> numbers =
                Arrays.stream(line.split(" ")).map(Double::valueOf).toList();
        return new Done(
                numbers.get(0),
                numbers.get(1),
                numbers.get(2),
                numbers.get(3),
                numbers.get(4),
                numbers.get(5),
                numbers.get(6));
    }
}
