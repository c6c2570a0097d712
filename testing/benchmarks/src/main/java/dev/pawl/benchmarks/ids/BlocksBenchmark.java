package dev.pawl.benchmarks.ids;

import dev.pawl.idgen.segment.SegmentCursor;
import dev.pawl.idgen.segment.SegmentGenerator;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A {@link SegmentCursor} per thread beside a loop that only counts. One number a call, so that no compiler folds a loop
 * of them into one addition: much of what is measured is JMH's own loop, in both.
 */
public class BlocksBenchmark {

    /** A generator that all threads share. */
    @State(Scope.Benchmark)
    public static class Shared {
        SegmentGenerator generator;

        /** Makes the generator and waits for its first segment. */
        @Setup
        public void open() {
            generator = SegmentBenchmark.newGenerator();
            generator.nextId();
        }

        /** Stops it. */
        @TearDown
        public void close() {
            generator.close();
        }
    }

    /** A cursor of each thread's own. */
    @State(Scope.Thread)
    public static class Own {
        SegmentCursor cursor;

        /**
         * Makes the cursor.
         *
         * @param shared whose generator to use
         */
        @Setup
        public void open(Shared shared) {
            cursor = shared.generator.cursor(1 << 16);
        }
    }

    /** A counter of each thread's own. */
    @State(Scope.Thread)
    public static class Counter {
        long count;
    }

    /**
     * One id of a thread's own block.
     *
     * @param own the thread's cursor
     * @return the id
     */
    @Benchmark
    public long cursor(Own own) {
        return own.cursor.nextId();
    }

    /**
     * One number of a field that nobody else sees.
     *
     * @param counter the thread's counter
     * @return the number
     */
    @Benchmark
    public long bareLoop(Counter counter) {
        return ++counter.count;
    }
}
