package dev.pawl.idgen.snowflake;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.common.Deadline;
import dev.pawl.common.Ticker;
import dev.pawl.idgen.spi.WorkerLeaseStore;
import dev.pawl.idgen.spi.WorkerRecord;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The calls to the store of one worker-id space, each waited for, but not without end. Every failure is a BackendException. */
final class LeaseCalls {

    private final WorkerLeaseStore store;
    private final String space;
    private final Duration timeout;
    private final Ticker ticker;

    LeaseCalls(WorkerLeaseStore store, String space, Duration timeout, Ticker ticker) {
        this.store = store;
        this.space = space;
        this.timeout = timeout;
        this.ticker = ticker;
    }

    /** Leases a worker id; where others are quicker, the next choice, until the timeout. */
    WorkerRecord take(LeaseChoice choice, Duration window) {
        Deadline deadline = Deadline.after(timeout, ticker);
        do {
            WorkerRecord record = choice.from(space, await("read all of", store.readAll(space)), window);
            if (compareAndSet(record)) {
                return record;
            }
        } while (!deadline.expired());
        throw new BackendException(
                "a worker id must be had in time: space=" + space + ", timeout=" + timeout, Outcome.NOT_APPLIED, null);
    }

    Optional<WorkerRecord> read(int workerId) {
        return await("read", store.read(space, workerId));
    }

    boolean compareAndSet(WorkerRecord record) {
        return await("write", store.compareAndSet(space, record));
    }

    private <T> T await(String what, CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof BackendException failure ? failure : failed(what, e.getCause());
        } catch (TimeoutException e) {
            throw failed(what, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed(what, e);
        }
    }

    private BackendException failed(String what, Throwable cause) {
        return new BackendException(
                "the worker ids' store must answer in time: call=" + what + ", space=" + space + ", timeout=" + timeout,
                Outcome.UNKNOWN,
                cause);
    }
}
