package dev.pawl.common;

/**
 * A monotonic source of time, for durations only: its values have no meaning but their difference. Implementations are
 * thread-safe and never block. Wall-clock instants come from a {@link java.time.Clock} instead.
 */
@FunctionalInterface
public interface Ticker {

    /**
     * Returns the present reading. Compare two readings by subtraction, since the value may overflow.
     *
     * @return nanoseconds since an arbitrary origin
     */
    long nanos();

    /**
     * Returns the ticker of this JVM. It does not follow changes of the wall clock.
     *
     * @return a ticker over {@link System#nanoTime()}
     */
    static Ticker system() {
        return SystemTicker.INSTANCE;
    }
}
