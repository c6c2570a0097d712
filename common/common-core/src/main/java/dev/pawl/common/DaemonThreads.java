package dev.pawl.common;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/**
 * The one place where the libraries make threads of their own, but for those of the timing wheel: single daemon threads for
 * work in the background. Whoever makes one shuts it down.
 */
public final class DaemonThreads {

    private DaemonThreads() {}

    /**
     * Makes a scheduler with one daemon thread, which is started by the first task. Cancelled tasks leave its queue at
     * once, and delayed tasks do not run after a shutdown.
     *
     * @param name the thread's name
     * @return a new scheduler; shut it down after use
     */
    public static ScheduledExecutorService scheduler(String name) {
        ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
        scheduler.setRemoveOnCancelPolicy(true);
        scheduler.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        return scheduler;
    }
}
