package dev.pawl.delay;

import dev.pawl.common.BackendException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * A running consumer: handlers get jobs until it is closed. Thread-safe.
 *
 * <p>It gives the store a sign of life for each job that it has, so that a slow handler keeps its job; if the process dies, the jobs
 * are delivered to others after the visibility timeout.
 */
public final class JobConsumer implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Workers<?> workers;
    private final Consumer<JobConsumer> onClose;

    JobConsumer(Workers<?> workers, Consumer<JobConsumer> onClose) {
        this.workers = workers;
        this.onClose = onClose;
    }

    /**
     * Stops gracefully: no handler begins any more, what was claimed and not begun is given back at once without counting an attempt, and
     * running handlers are waited for until they have answered. Those that have not when the time is over keep running, without further
     * signs of life: their jobs are delivered to others after the visibility timeout, and their late answers are refused if that has
     * happened.
     *
     * @param patience how long to wait
     * @return true if nothing is left
     * @throws InterruptedException if the wait was interrupted; the consumer is stopping all the same
     */
    public boolean close(Duration patience) throws InterruptedException {
        try {
            workers.stop().toCompletableFuture().get(patience.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new BackendException("stop failed", BackendException.Outcome.UNKNOWN, e.getCause());
        } finally {
            workers.abandon();
            onClose.accept(this);
        }
    }

    /** Begins to stop. */
    void stop() {
        workers.stop();
    }

    /** Stops gracefully, and waits for running handlers for 30 seconds at most; an interrupt ends the wait and stays set. */
    @Override
    public void close() {
        try {
            close(PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
