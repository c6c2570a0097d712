package dev.pawl.benchmarks.ids;

import me.ahoo.cosid.segment.DefaultSegmentId;
import me.ahoo.cosid.segment.IdSegmentDistributor;
import me.ahoo.cosid.segment.SegmentChainId;
import me.ahoo.cosid.snowflake.MillisecondSnowflakeId;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * CosId with its own distributor in memory. A step of ten million, as our segments grow to, is kinder to it than its
 * default of 10 or the 1,000 of its own benchmark: it seldom asks for more.
 */
public class CosIdBenchmark {

    private static final long STEP = 10_000_000;

    /** Its chain of segments, with its own defaults for prefetch and safe distance. */
    @State(Scope.Benchmark)
    public static class Chain {
        final SegmentChainId generator = new SegmentChainId(new IdSegmentDistributor.Atomic(STEP));
    }

    /** Its single segments. */
    @State(Scope.Benchmark)
    public static class Segment {
        final DefaultSegmentId generator = new DefaultSegmentId(new IdSegmentDistributor.Atomic(STEP));
    }

    /** Its snowflake, 41/10/12. */
    @State(Scope.Benchmark)
    public static class Snowflake {
        final MillisecondSnowflakeId generator = new MillisecondSnowflakeId(1);
    }

    /**
     * One id of the chain.
     *
     * @param chain the generator
     * @return the id
     */
    @Benchmark
    public long chain(Chain chain) {
        return chain.generator.generate();
    }

    /**
     * One id of single segments.
     *
     * @param segment the generator
     * @return the id
     */
    @Benchmark
    public long segment(Segment segment) {
        return segment.generator.generate();
    }

    /**
     * One snowflake.
     *
     * @param snowflake the generator
     * @return the id
     */
    @Benchmark
    public long snowflake(Snowflake snowflake) {
        return snowflake.generator.generate();
    }
}
