package dev.pawl.idgen.snowflake;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;

/** The background thread of one process: one task at a time, in virtual time. */
final class SimThread implements LeaseThread {

    private final SimProcess process;
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private boolean busy;
    private boolean ending;
    private boolean interrupted;

    SimThread(SimProcess process) {
        this.process = process;
    }

    @Override
    public void repeat(Duration period, Runnable task) {
        process.after(period.toMillis(), () -> {
            if (!ending) {
                add(() -> {
                    task.run();
                    repeat(period, task);
                });
            }
        });
    }

    @Override
    public void soon(Runnable task) {
        if (ending) {
            throw new RejectedExecutionException();
        }
        add(task);
    }

    private void add(Runnable task) {
        tasks.add(task);
        process.after(0, this::runNext);
    }

    private void runNext() {
        if (busy || tasks.isEmpty()) {
            return;
        }
        busy = true;
        try {
            tasks.remove().run();
        } finally {
            busy = false;
            Thread.interrupted(); // what the library set on a thread that is not its own
        }
        process.after(0, this::runNext);
    }

    /** Whoever waits for the last task runs the simulation meanwhile. */
    @Override
    public void end(Runnable last, Duration atMost) throws InterruptedException, ExecutionException, TimeoutException {
        ending = true;
        tasks.clear();
        FutureTask<?> task = new FutureTask<>(last, null);
        add(task);
        try {
            process.scheduler.run(atMost.toMillis(), () -> task.isDone() || process.hasEnded());
            process.resume();
            if (!task.isDone()) {
                throw new TimeoutException();
            }
            task.get();
        } finally {
            interrupted = true;
            tasks.clear();
        }
    }

    /** Whether what still runs was told to come to an end. */
    boolean isInterrupted() {
        return interrupted;
    }
}
