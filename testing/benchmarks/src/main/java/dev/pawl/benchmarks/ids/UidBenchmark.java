package dev.pawl.benchmarks.ids;

import com.xfvape.uid.exception.UidGenerateException;
import com.xfvape.uid.impl.CachedUidGenerator;
import com.xfvape.uid.impl.DefaultUidGenerator;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Baidu's uid-generator with a fixed worker id. The plain one is given 31/10/22 bits, which is as many ids a second as
 * our 41/10/12. The cached one keeps its own defaults, 28/22/13 and a ring of 65,536: it borrows from the future without
 * a bound, so that its bits do not slow it, and a ring for 22 bits of sequence would take gigabytes.
 */
public class UidBenchmark {

    /** The one without a ring. */
    @State(Scope.Benchmark)
    public static class Plain {
        final DefaultUidGenerator generator = new DefaultUidGenerator();

        /**
         * Configures it.
         *
         * @throws Exception never
         */
        @Setup
        public void open() throws Exception {
            generator.setWorkerIdAssigner(() -> 1);
            generator.setTimeBits(31);
            generator.setWorkerBits(10);
            generator.setSeqBits(22);
            generator.afterPropertiesSet();
        }
    }

    /** The one with a ring. */
    @State(Scope.Benchmark)
    public static class Cached {
        final CachedUidGenerator generator = new CachedUidGenerator();

        /**
         * Configures it.
         *
         * @throws Exception never
         */
        @Setup
        public void open() throws Exception {
            generator.setWorkerIdAssigner(() -> 1);
            generator.setEpochStr("2025-01-01");
            generator.afterPropertiesSet();
        }

        /**
         * Stops its threads.
         *
         * @throws Exception never
         */
        @TearDown
        public void close() throws Exception {
            generator.destroy();
        }
    }

    /**
     * One id.
     *
     * @param plain the generator
     * @return the id
     */
    @Benchmark
    public long plain(Plain plain) {
        return plain.generator.getUID();
    }

    /**
     * One id out of the ring. It throws where its ring is empty, and where two takers meet: the caller has to ask again.
     *
     * @param cached the generator
     * @return the id
     */
    @Benchmark
    public long cached(Cached cached) {
        while (true) {
            try {
                return cached.generator.getUID();
            } catch (UidGenerateException emptyOrTaken) {
                Thread.yield();
            }
        }
    }
}
