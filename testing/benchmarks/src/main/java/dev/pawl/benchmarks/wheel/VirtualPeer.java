package dev.pawl.benchmarks.wheel;

/** Timers that take the time as an argument, in nanoseconds from zero. */
interface VirtualPeer {

    void schedule(long deadlineNanos, Runnable task);

    /** Runs what is due. */
    void advance(long nowNanos);
}
