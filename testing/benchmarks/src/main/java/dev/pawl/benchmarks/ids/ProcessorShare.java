package dev.pawl.benchmarks.ids;

import cn.hutool.core.lang.Snowflake;
import com.github.f4b6a3.tsid.TsidFactory;
import com.github.yitter.core.SnowWorkerM1;
import com.sun.management.OperatingSystemMXBean;
import dev.pawl.common.Ticker;
import dev.pawl.idgen.layout.IdLayout;
import dev.pawl.idgen.snowflake.SnowflakeGenerator;
import dev.pawl.idgen.snowflake.WorkerIds;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import me.ahoo.cosid.snowflake.MillisecondSnowflakeId;

/**
 * A program that takes ids as fast as it gets them and prints how many it got and how much processor time the whole
 * process took for them. JMH's throughput does not tell a generator that waits at its bound from one that spins there.
 */
public final class ProcessorShare {

    private static final int CHUNK = 1_024;
    private static final int WARM_UP_SECONDS = 2;

    private static final Map<String, Supplier<LongSupplier>> GENERATORS = Map.of(
            "snowflake", () -> pawl(IdLayout.SNOWFLAKE),
            "wide", () -> pawl(IdLayout.WIDE),
            "cosid", () -> new MillisecondSnowflakeId(1)::generate,
            "hutool", () -> new Snowflake(1, 1)::nextId,
            "yitter", () -> new SnowWorkerM1(TimeOrderedPeersBenchmark.options())::nextId,
            "tsid", ProcessorShare::tsid);

    private ProcessorShare() {}

    /**
     * What one run saw.
     *
     * @param ids how many ids were taken
     * @param processorNanos user and system time of the process
     * @param wallNanos how long it took
     */
    public record Sample(long ids, long processorNanos, long wallNanos) {

        double idsPerSecond() {
            return ids * 1e9 / wallNanos;
        }

        double cores() {
            return (double) processorNanos / wallNanos;
        }

        double idsPerProcessorSecond() {
            return ids * 1e9 / processorNanos;
        }

        static Sample parse(String line) {
            String[] parts = line.strip().split(" ");
            return new Sample(Long.parseLong(parts[0]), Long.parseLong(parts[1]), Long.parseLong(parts[2]));
        }
    }

    /**
     * Prints ids, processor nanoseconds and wall nanoseconds in one line.
     *
     * @param args generator, threads, seconds
     * @throws InterruptedException never
     */
    public static void main(String[] args) throws InterruptedException {
        LongSupplier generator = GENERATORS.get(args[0]).get();
        int threads = Integer.parseInt(args[1]);
        measure(generator, threads, Duration.ofSeconds(WARM_UP_SECONDS));
        Sample sample = measure(generator, threads, Duration.ofSeconds(Integer.parseInt(args[2])));
        System.out.println(sample.ids + " " + sample.processorNanos + " " + sample.wallNanos);
        System.exit(0);
    }

    private static Sample measure(LongSupplier generator, int threads, Duration length) throws InterruptedException {
        OperatingSystemMXBean process = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        Ticker ticker = Ticker.system();
        LongAdder ids = new LongAdder();
        long processorBefore = process.getProcessCpuTime();
        long before = ticker.nanos();
        List<Thread> takers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            Thread taker = new Thread(() -> take(generator, ticker, before + length.toNanos(), ids));
            taker.start();
            takers.add(taker);
        }
        for (Thread taker : takers) {
            taker.join();
        }
        return new Sample(ids.sum(), process.getProcessCpuTime() - processorBefore, ticker.nanos() - before);
    }

    private static void take(LongSupplier generator, Ticker ticker, long untilNanos, LongAdder ids) {
        long last = 0;
        while (ticker.nanos() - untilNanos < 0) {
            for (int i = 0; i < CHUNK; i++) {
                long id = generator.getAsLong();
                if (id == last) {
                    throw new IllegalStateException("ids must differ: id=" + id);
                }
                last = id;
            }
            ids.add(CHUNK);
        }
    }

    private static LongSupplier pawl(IdLayout layout) {
        return SnowflakeGenerator.builder(WorkerIds.fixed(1)).layout(layout).build()::nextId;
    }

    private static LongSupplier tsid() {
        TsidFactory factory = new TimeOrderedPeersBenchmark.Tsid().generator;
        return () -> factory.create().toLong();
    }
}
