package dev.pawl.benchmarks.wheel;

/** What all timers of the comparison can do. One is loaded per process, so that its calls have one target. */
interface TimerPeer {

    /** Schedules a task so many nanoseconds from now and returns what cancels it. */
    Object schedule(long delayNanos, Runnable task);

    void cancel(Object handle);
}
