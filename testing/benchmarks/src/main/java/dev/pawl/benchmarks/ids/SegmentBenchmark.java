package dev.pawl.benchmarks.ids;

import dev.pawl.idgen.segment.SegmentGenerator;
import dev.pawl.idgen.spi.SegmentTag;
import dev.pawl.idgen.store.InMemorySegmentStore;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** {@link SegmentGenerator} with its default options: one order over all threads, and batches. */
@State(Scope.Benchmark)
public class SegmentBenchmark {

    private SegmentGenerator generator;

    /** Makes the generator and waits for its first segment. */
    @Setup
    public void open() {
        generator = newGenerator();
        generator.nextId();
    }

    /** Stops it. */
    @TearDown
    public void close() {
        generator.close();
    }

    static SegmentGenerator newGenerator() {
        InMemorySegmentStore store = new InMemorySegmentStore();
        store.create(SegmentTag.of("bench")).toCompletableFuture().join();
        return SegmentGenerator.builder(store, "bench").build();
    }

    /**
     * One id.
     *
     * @return the id
     */
    @Benchmark
    public long next() {
        return generator.nextId();
    }

    /**
     * A thousand ids.
     *
     * @param ids each thread's own array
     * @return the array
     */
    @Benchmark
    @OperationsPerInvocation(1_000)
    public long[] batch1000(Ids1000 ids) {
        generator.nextIds(ids.ids);
        return ids.ids;
    }

    /**
     * Ten thousand ids.
     *
     * @param ids each thread's own array
     * @return the array
     */
    @Benchmark
    @OperationsPerInvocation(10_000)
    public long[] batch10000(Ids10000 ids) {
        generator.nextIds(ids.ids);
        return ids.ids;
    }

    /** An array of a thread's own. */
    @State(Scope.Thread)
    public static class Ids1000 {
        final long[] ids = new long[1_000];
    }

    /** An array of a thread's own. */
    @State(Scope.Thread)
    public static class Ids10000 {
        final long[] ids = new long[10_000];
    }
}
