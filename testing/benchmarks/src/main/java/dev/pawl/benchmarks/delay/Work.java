package dev.pawl.benchmarks.delay;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;

/** What a process does with its peer. Confined to one thread. */
final class Work {

    private static final long HOUR_MILLIS = 3_600_000;
    private static final int FILL = 10_000;
    private static final int PER_SECOND = 500;
    private static final long AHEAD_MILLIS = 1_000;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Peer peer;
    private long fillMillis = 3_000;

    Work(Peer peer) {
        this.peer = peer;
    }

    /** Takes in jobs that are due within the hour after the next. */
    void fill(int jobs) throws Exception {
        for (int from = 0; from < jobs; from += FILL) {
            long[] dues = new long[Math.min(FILL, jobs - from)];
            Arrays.setAll(dues, i -> later());
            peer.enqueueAll(dues);
        }
    }

    private static long later() {
        return Clocks.millis() + HOUR_MILLIS + ThreadLocalRandom.current().nextLong(HOUR_MILLIS);
    }

    /** Threads take jobs in for a while, as fast as they are answered. */
    Done enqueue(int threads, int batch, long millis) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            long begin = System.nanoTime();
            List<Callable<long[]>> calls = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                calls.add(() -> enqueued(batch, begin + millis * 1_000_000));
            }
            List<long[]> took = new ArrayList<>();
            for (Future<long[]> running : pool.invokeAll(calls)) {
                took.add(running.get());
            }
            long nanos = System.nanoTime() - begin;
            long[] all = took.stream().flatMapToLong(Arrays::stream).sorted().toArray();
            return Done.of(all.length * batch, nanos, all, 0);
        } finally {
            pool.shutdown();
        }
    }

    private long[] enqueued(int batch, long end) throws Exception {
        long[] micros = new long[1 << 12];
        int count = 0;
        long now = System.nanoTime();
        do { // once at least, however late the thread begins
            if (batch == 1) {
                peer.enqueue(later());
            } else {
                long[] dues = new long[batch];
                Arrays.setAll(dues, i -> later());
                peer.enqueueAll(dues);
            }
            long after = System.nanoTime();
            if (count == micros.length) {
                micros = Arrays.copyOf(micros, count * 2);
            }
            micros[count++] = (after - now) / 1_000;
            now = after;
        } while (now < end);
        return Arrays.copyOf(micros, count);
    }

    /** Jobs that are all due at one time, measured from then until the last is done with. A consumer waits for them. */
    Done burst() throws Exception {
        int jobs = peer.burst();
        Handled handled = new Handled(jobs);
        long begin = Clocks.millis();
        long due = begin + 2 * fillMillis + 1_000;
        long[] dues = new long[jobs];
        Arrays.fill(dues, due);
        peer.enqueueAll(dues);
        fillMillis = Clocks.millis() - begin;
        try (AutoCloseable consumer = peer.consume(true, handled)) {
            long dueNanos = System.nanoTime() + (due * 1_000 - Clocks.micros()) * 1_000;
            if (dueNanos - System.nanoTime() < 100_000_000) {
                return Done.AGAIN;
            }
            handled.await(PATIENCE);
            long nanos = System.nanoTime() - dueNanos;
            return Done.of(jobs, nanos, handled.lateMicros(), handled.earlyOnes());
        }
    }

    /** So many jobs a second, each due a second after it was taken in. */
    Done fire(int consumers, long millis) throws Exception {
        int jobs = (int) (millis * PER_SECOND / 1_000);
        Handled handled = new Handled(jobs);
        List<AutoCloseable> open = new ArrayList<>();
        try {
            for (int i = 0; i < consumers; i++) {
                open.add(peer.consume(false, handled));
            }
            long begin = System.nanoTime() + 1_000_000_000L;
            for (int i = 0; i < jobs; i++) {
                Clocks.until(begin + i * (1_000_000_000L / PER_SECOND));
                peer.enqueue(Clocks.millis() + AHEAD_MILLIS);
            }
            handled.await(PATIENCE);
            return Done.of(jobs, System.nanoTime() - begin, handled.lateMicros(), handled.earlyOnes());
        } finally {
            for (AutoCloseable consumer : open) {
                consumer.close();
            }
        }
    }
}
