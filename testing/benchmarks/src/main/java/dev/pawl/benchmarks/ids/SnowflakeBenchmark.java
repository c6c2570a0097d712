package dev.pawl.benchmarks.ids;

import dev.pawl.idgen.layout.IdLayout;
import dev.pawl.idgen.snowflake.SnowflakeGenerator;
import dev.pawl.idgen.snowflake.WorkerIds;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** {@link SnowflakeGenerator} with its default options but for the layout. */
@State(Scope.Benchmark)
public class SnowflakeBenchmark {

    /** Whether the layout is 41/5/17 and not 41/10/12. */
    @Param({"false", "true"})
    boolean wide;

    private SnowflakeGenerator generator;

    /** Makes the generator. */
    @Setup(Level.Trial)
    public void open() {
        generator = SnowflakeGenerator.builder(WorkerIds.fixed(1))
                .layout(wide ? IdLayout.WIDE : IdLayout.SNOWFLAKE)
                .build();
    }

    /** Stops it. */
    @TearDown(Level.Trial)
    public void close() {
        generator.close();
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
    public long[] batch1000(SegmentBenchmark.Ids1000 ids) {
        generator.nextIds(ids.ids);
        return ids.ids;
    }
}
