package dev.pawl.delay;

/** Runs tasks later, on one thread. The tasks are quick and never block. */
interface Timers {

    /** A task that may be cancelled; cancelling one that ran does nothing. */
    @FunctionalInterface
    interface Timer {
        void cancel();
    }

    /** Runs a task once after the given nanoseconds, never earlier. */
    Timer schedule(long delayNanos, Runnable task);
}
