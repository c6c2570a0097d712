package dev.pawl.benchmarks.ids;

import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The least that one order over all threads can cost: a counter that is nothing else. */
@State(Scope.Benchmark)
public class AtomicLongBenchmark {

    private final AtomicLong counter = new AtomicLong();

    /**
     * One number.
     *
     * @return the number
     */
    @Benchmark
    public long next() {
        return counter.incrementAndGet();
    }
}
