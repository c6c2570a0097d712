package dev.pawl.lock.jdbc;

import java.util.concurrent.Executor;

/** Gives each task a daemon thread of its own, so that no test has an executor to shut down. */
enum ThreadPerTask implements Executor {
    INSTANCE;

    @Override
    public void execute(Runnable task) {
        Thread thread = new Thread(task, "locks");
        thread.setDaemon(true);
        thread.start();
    }
}
