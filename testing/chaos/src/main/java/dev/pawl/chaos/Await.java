package dev.pawl.chaos;

import dev.pawl.common.Deadline;
import dev.pawl.common.Ticker;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits that end. Thread-safe. */
public final class Await {

    /** How long a test waits for what takes a moment on an idle machine. */
    public static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final long POLL_NANOS = 2_000_000;

    private Await() {}

    /**
     * Waits until a condition holds, looking every 2 ms.
     *
     * @param what the condition in words
     * @param patience how long at most
     * @param condition what is waited for
     * @throws AssertionError if the time is over
     */
    public static void until(String what, Duration patience, BooleanSupplier condition) {
        Deadline deadline = Deadline.after(patience, Ticker.system());
        while (!condition.getAsBoolean()) {
            if (deadline.expired()) {
                throw new AssertionError("did not come true within " + patience + ": " + what);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /**
     * Lets time pass, for a pace or a random moment and never to wait for something.
     *
     * @param duration how long
     */
    public static void pass(Duration duration) {
        Deadline deadline = Deadline.after(duration, Ticker.system());
        for (long left = deadline.remainingNanos(); left > 0; left = deadline.remainingNanos()) {
            LockSupport.parkNanos(left);
        }
    }
}
