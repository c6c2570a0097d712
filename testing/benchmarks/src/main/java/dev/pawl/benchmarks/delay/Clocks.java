package dev.pawl.benchmarks.delay;

import java.time.Instant;
import java.util.concurrent.locks.LockSupport;

/** The wall clock, which the server of this machine has too. */
final class Clocks {

    private Clocks() {}

    static long micros() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
    }

    static long millis() {
        return System.currentTimeMillis();
    }

    /** Waits until a time of {@link System#nanoTime}. */
    static void until(long nanos) {
        for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
