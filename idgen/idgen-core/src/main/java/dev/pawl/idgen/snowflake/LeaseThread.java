package dev.pawl.idgen.snowflake;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/** The one thread on which all that looks after a lease happens, one task after the other. */
interface LeaseThread {

    /** Runs a task again and again, each time so long after it came to its end, whatever it threw. */
    void repeat(Duration period, Runnable task);

    /**
     * Runs a task as soon as the present one is done.
     *
     * @throws java.util.concurrent.RejectedExecutionException if {@link #end} was called
     */
    void soon(Runnable task);

    /**
     * Runs one last task and ends the thread. No task begins after this has returned or thrown, and none but the last after
     * it was called. What still runs when the time is up is interrupted and not waited for; so it is if the caller is
     * interrupted.
     *
     * @throws java.util.concurrent.RejectedExecutionException if this was called before
     */
    void end(Runnable last, Duration atMost) throws InterruptedException, ExecutionException, TimeoutException;
}
