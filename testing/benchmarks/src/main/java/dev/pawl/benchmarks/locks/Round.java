package dev.pawl.benchmarks.locks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

/** Threads that acquire and release for a while, with no work in between. */
final class Round {

    /** What the threads did: pairs of acquire and release per second, and how long each acquire took. */
    record Result(double pairsPerSecond, double p50Micros, double p99Micros, double greatestMicros) {}

    private Round() {}

    /** Runs one thread for each locker; the i-th takes the name that is given for i. */
    static Result run(List<Locker> lockers, IntFunction<String> names, long nanos)
            throws InterruptedException, ExecutionException {
        int threads = lockers.size();
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            CountDownLatch ready = new CountDownLatch(threads);
            CountDownLatch go = new CountDownLatch(1);
            List<Future<long[]>> running = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                Locker locker = lockers.get(i);
                String name = names.apply(i);
                running.add(pool.submit(() -> {
                    ready.countDown();
                    go.await();
                    return acquireAndRelease(locker, name, nanos);
                }));
            }
            ready.await();
            long begin = System.nanoTime();
            go.countDown();
            List<long[]> waits = new ArrayList<>();
            for (Future<long[]> future : running) {
                waits.add(future.get());
            }
            return result(waits, System.nanoTime() - begin);
        } finally {
            pool.shutdown();
        }
    }

    private static long[] acquireAndRelease(Locker locker, String name, long nanos) throws Exception {
        long[] waits = new long[1 << 12];
        int count = 0;
        long begin = System.nanoTime();
        long now = begin;
        while (now - begin < nanos) {
            Locker.Held held = locker.acquire(name);
            long acquired = System.nanoTime();
            held.release();
            if (count == waits.length) {
                waits = Arrays.copyOf(waits, count * 2);
            }
            waits[count++] = acquired - now;
            now = System.nanoTime();
        }
        return Arrays.copyOf(waits, count);
    }

    private static Result result(List<long[]> waits, long nanos) {
        long[] all = waits.stream().flatMapToLong(Arrays::stream).sorted().toArray();
        return new Result(
                all.length * 1e9 / nanos,
                all[all.length / 2] / 1e3,
                all[(int) (all.length * 0.99)] / 1e3,
                all[all.length - 1] / 1e3);
    }
}
