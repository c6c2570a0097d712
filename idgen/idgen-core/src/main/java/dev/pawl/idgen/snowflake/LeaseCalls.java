package dev.pawl.idgen.snowflake;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.common.Deadline;
import dev.pawl.common.Ticker;
import dev.pawl.idgen.LayoutMismatchException;
import dev.pawl.idgen.spi.WorkerLeaseStore;
import dev.pawl.idgen.spi.WorkerRecord;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The calls to the store of one worker-id space, each waited for, but not without end. Every failure is a BackendException. */
final class LeaseCalls {

    /** How long one call may take. */
    static final Duration TIMEOUT = Duration.ofSeconds(2);

    private final WorkerLeaseStore store;
    private final String space;
    private final Ticker ticker;

    LeaseCalls(WorkerLeaseStore store, String space, Ticker ticker) {
        this.store = store;
        this.space = space;
        this.ticker = ticker;
    }

    /** Leases a worker id; where others are quicker, the next choice, for so long. */
    WorkerRecord take(LeaseChoice choice, Duration window, Duration wait) {
        Deadline deadline = Deadline.after(wait, ticker);
        do {
            List<WorkerRecord> records = readAll();
            WorkerRecord record = choice.from(space, records, window);
            Optional<WorkerRecord> previous = records.stream()
                    .filter(other -> other.workerId() == record.workerId())
                    .findFirst();
            if (compareAndSet(previous, record)) {
                requireNoOtherLayoutMeanwhile(choice, record);
                return record;
            }
        } while (!deadline.expired());
        throw new BackendException(
                "a worker id must be had in time: space=" + space + ", wait=" + wait, Outcome.NOT_APPLIED, null);
    }

    /** Two that start at once on different worker ids each see an empty space: so each looks again behind its own record. */
    private void requireNoOtherLayoutMeanwhile(LeaseChoice choice, WorkerRecord record) {
        try {
            readAll().forEach(other -> choice.requireSameLayout(space, other));
        } catch (LayoutMismatchException e) {
            compareAndSet(Optional.of(record), record.withToTick(record.fromTick() - 1, record.window()));
            throw e;
        }
    }

    private List<WorkerRecord> readAll() {
        return await("read all of", store.readAll(space));
    }

    Optional<WorkerRecord> read(int workerId) {
        return await("read", store.read(space, workerId));
    }

    boolean compareAndSet(Optional<WorkerRecord> expected, WorkerRecord next) {
        return await("write", store.compareAndSet(space, expected, next));
    }

    private <T> T await(String what, CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(TIMEOUT.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof BackendException failure
                    ? failure
                    : failed(what, Objects.requireNonNullElse(e.getCause(), e));
        } catch (TimeoutException e) {
            throw failed(what, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed(what, e);
        }
    }

    private BackendException failed(String what, Throwable cause) {
        return new BackendException(
                "the worker ids' store must answer in time: call=" + what + ", space=" + space + ", timeout=" + TIMEOUT,
                Outcome.UNKNOWN,
                cause);
    }
}
