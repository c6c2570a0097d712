package dev.pawl.common;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The one place where the libraries make threads of their own, but for the timing wheel's: daemon threads for callbacks.
 * Whoever makes some shuts them down.
 */
public final class DaemonThreads {

    private static final long IDLE_SECONDS = 10;

    private DaemonThreads() {}

    /**
     * Makes an executor that runs each task at once: on a thread that has nothing to do, or on a new one. A thread that has had
     * nothing to do for ten seconds ends. For callbacks of users, which may block.
     *
     * @param name the threads' name
     * @return a new executor without threads; shut it down after use
     */
    public static ExecutorService pool(String name) {
        return new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                    Thread thread = new Thread(task, name);
                    thread.setDaemon(true);
                    return thread;
                });
    }
}
