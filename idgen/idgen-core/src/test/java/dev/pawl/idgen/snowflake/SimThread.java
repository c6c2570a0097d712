package dev.pawl.idgen.snowflake;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RunnableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The background thread of one process: one task at a time, in virtual time. */
final class SimThread extends AbstractExecutorService implements ScheduledExecutorService {

    private final SimProcess process;
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private boolean busy;
    private boolean shutdown;

    SimThread(SimProcess process) {
        this.process = process;
    }

    @Override
    public void execute(Runnable task) {
        if (shutdown) {
            throw new RejectedExecutionException();
        }
        tasks.add(task);
        process.after(0, this::runNext);
    }

    private void runNext() {
        if (busy || shutdown || tasks.isEmpty()) {
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

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, long initial, long delay, TimeUnit unit) {
        Runnable again = new Runnable() {
            @Override
            public void run() {
                task.run();
                later(this, unit.toMillis(delay));
            }
        };
        later(again, unit.toMillis(initial));
        return new Task<>(again, null);
    }

    private void later(Runnable task, long millis) {
        process.after(millis, () -> {
            if (!shutdown) {
                execute(task);
            }
        });
    }

    @Override
    protected <T> RunnableFuture<T> newTaskFor(Runnable task, T value) {
        return new Task<>(task, value);
    }

    @Override
    public List<Runnable> shutdownNow() {
        shutdown = true;
        List<Runnable> left = List.copyOf(tasks);
        tasks.clear();
        return left;
    }

    @Override
    public void shutdown() {
        shutdown = true;
    }

    @Override
    public boolean isShutdown() {
        return shutdown;
    }

    @Override
    public boolean isTerminated() {
        return shutdown && !busy;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
        later(task, unit.toMillis(delay));
        return new Task<>(task, null);
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, long initial, long period, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    /** Whoever waits for it runs the simulation meanwhile. */
    private final class Task<V> extends FutureTask<V> implements ScheduledFuture<V> {

        Task(Runnable task, V value) {
            super(task, value);
        }

        @Override
        public V get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
            process.scheduler.run(unit.toMillis(timeout), () -> isDone() || process.hasEnded());
            process.resume();
            if (!isDone()) {
                throw new TimeoutException();
            }
            return super.get();
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return 0;
        }

        @Override
        public int compareTo(Delayed other) {
            return 0;
        }
    }
}
