package dev.pawl.benchmarks.delay;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What has become of so many jobs. Thread-safe. */
final class Handled {

    private final long[] lateMicros;
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger early = new AtomicInteger();
    private final CountDownLatch unfinished;

    Handled(int jobs) {
        lateMicros = new long[jobs];
        unfinished = new CountDownLatch(jobs);
    }

    /** A handler has a job, which was due then. Processes and server have one clock. */
    void begun(long due) {
        long late = Clocks.micros() - due * 1_000;
        if (late < 0) {
            early();
        }
        int next = begun.getAndIncrement();
        if (next < lateMicros.length) {
            lateMicros[next] = late;
        }
    }

    /** A job came before it was due. */
    void early() {
        early.incrementAndGet();
    }

    /** A job is done with, as far as the peer knows that. */
    void finished() {
        unfinished.countDown();
    }

    /** Waits for the last job. */
    void await(Duration patience) throws InterruptedException {
        if (!unfinished.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException("jobs must be done: left=" + unfinished.getCount());
        }
    }

    int earlyOnes() {
        return early.get();
    }

    /** How late each was, sorted. */
    long[] lateMicros() {
        long[] sorted = Arrays.copyOf(lateMicros, Math.min(begun.get(), lateMicros.length));
        Arrays.sort(sorted);
        return sorted;
    }
}
