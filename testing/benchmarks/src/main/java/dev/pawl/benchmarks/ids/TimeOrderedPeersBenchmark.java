package dev.pawl.benchmarks.ids;

import cn.hutool.core.lang.Snowflake;
import com.github.f4b6a3.tsid.TsidFactory;
import com.github.yitter.contract.IdGeneratorOptions;
import com.github.yitter.core.SnowWorkerM1;
import java.time.Clock;
import java.util.concurrent.ThreadLocalRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Generators that put the time into the id, each with 10 bits of worker id and 12 of sequence. */
public class TimeOrderedPeersBenchmark {

    /** Hutool's, which spins at its bound. */
    @State(Scope.Benchmark)
    public static class Hutool {
        final Snowflake generator = new Snowflake(1, 1);
    }

    /** Tsid-creator's, with the cheapest source of random numbers it may be given. It borrows without a bound. */
    @State(Scope.Benchmark)
    public static class Tsid {
        final TsidFactory generator = TsidFactory.builder()
                .withNodeBits(10)
                .withNode(1)
                .withRandomFunction(() -> ThreadLocalRandom.current().nextInt())
                .build();
    }

    /** Yitter's drifting worker, which borrows for up to its default of 2,000 ticks. */
    @State(Scope.Benchmark)
    public static class Yitter {
        final SnowWorkerM1 generator = new SnowWorkerM1(options());
    }

    static IdGeneratorOptions options() {
        IdGeneratorOptions options = new IdGeneratorOptions((short) 1);
        options.WorkerIdBitLength = 10;
        options.SeqBitLength = 12;
        options.MaxSeqNumber = 4095;
        options.BaseTime = Clock.systemUTC().millis() - 86_400_000L;
        return options;
    }

    /**
     * One id.
     *
     * @param hutool the generator
     * @return the id
     */
    @Benchmark
    public long hutool(Hutool hutool) {
        return hutool.generator.nextId();
    }

    /**
     * One id.
     *
     * @param tsid the generator
     * @return the id
     */
    @Benchmark
    public long tsid(Tsid tsid) {
        return tsid.generator.create().toLong();
    }

    /**
     * One id.
     *
     * @param yitter the generator
     * @return the id
     */
    @Benchmark
    public long yitter(Yitter yitter) {
        return yitter.generator.nextId();
    }
}
