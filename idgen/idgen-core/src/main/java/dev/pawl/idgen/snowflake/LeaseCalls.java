package dev.pawl.idgen.snowflake;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.common.CoordinationException;
import dev.pawl.common.Deadline;
import dev.pawl.common.Ticker;
import dev.pawl.idgen.spi.WorkerLeaseStore;
import dev.pawl.idgen.spi.WorkerRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The calls to the store of one worker-id space, each waited for, but not without end. Every failure is a BackendException. */
final class LeaseCalls {

    /** How long one call may take. */
    static final Duration TIMEOUT = Duration.ofSeconds(2);

    /** An owner of another layout renews once a second at most, so that a second pass finds it ended but by bad luck. */
    private static final int MOST_PASSES = 5;

    private static final Logger LOG = LoggerFactory.getLogger(LeaseCalls.class);

    private final WorkerLeaseStore store;
    private final String space;
    private final Ticker ticker;

    LeaseCalls(WorkerLeaseStore store, String space, Ticker ticker) {
        this.store = store;
        this.space = space;
        this.ticker = ticker;
    }

    /** Leases a worker id; where others are quicker, the next choice, for so long. */
    WorkerRecord take(LeaseTerms terms, Duration wait) {
        Deadline deadline = Deadline.after(wait, ticker);
        do {
            LeaseChoice choice = terms.choice(terms.nowBeside(this));
            List<WorkerRecord> records = readAll();
            WorkerRecord record = choice.from(space, records, terms.window());
            Optional<WorkerRecord> previous = records.stream()
                    .filter(other -> other.workerId() == record.workerId())
                    .findFirst();
            if (followsFrom(record, choice, records)
                    && compareAndSet(previous, record)
                    && isAlone(choice, previous, record)) {
                return record;
            }
        } while (!deadline.expired());
        throw new BackendException(
                "a worker id must be had in time: space=" + space + ", wait=" + wait, Outcome.NOT_APPLIED, null);
    }

    /**
     * Looks again behind the own record: two that start at once on different worker ids each see an empty space. Ends what
     * other layouts have leased, whose ids all lie below ours, so that none of them is renewed above.
     *
     * @return whether the record may be used; if not, it was withdrawn
     */
    private boolean isAlone(LeaseChoice choice, Optional<WorkerRecord> previous, WorkerRecord record) {
        try {
            for (int i = 0; i < MOST_PASSES; i++) {
                List<WorkerRecord> records = readAll();
                List<WorkerRecord> others =
                        records.stream().filter(choice::isOfAnotherLayout).toList();
                if (others.isEmpty() && choice.floor(records) <= record.fromTick()) {
                    return true;
                }
                others.forEach(other -> choice.requireBelow(space, other));
                if (choice.floor(records) > record.fromTick()) {
                    break;
                }
                endOthers(choice, others, record, records);
            }
        } catch (CoordinationException e) {
            withdraw(previous, record);
            throw e;
        }
        withdraw(previous, record);
        return false;
    }

    private void endOthers(
            LeaseChoice choice, List<WorkerRecord> others, WorkerRecord record, List<WorkerRecord> records) {
        if (followsFrom(record, choice, records)) {
            others.stream()
                    .filter(other -> other.workerId() != WorkerRecord.FLOOR)
                    .forEach(other -> compareAndSet(Optional.of(other), choice.ended(other)));
        }
    }

    /**
     * Writes down from which tick on this layout follows another one, if there is another; before any record of the other
     * is replaced, since whoever does not see that one any more must see this.
     */
    private boolean followsFrom(WorkerRecord record, LeaseChoice choice, List<WorkerRecord> records) {
        if (records.stream().noneMatch(choice::isOfAnotherLayout)) {
            return true;
        }
        Optional<WorkerRecord> floor = records.stream()
                .filter(each -> each.workerId() == WorkerRecord.FLOOR)
                .findFirst();
        return compareAndSet(floor, choice.floorFrom(floor, record.fromTick(), record.window()));
    }

    /** Leaves no trace of a lease under which nothing was issued. */
    private void withdraw(Optional<WorkerRecord> previous, WorkerRecord record) {
        try {
            compareAndSet(Optional.of(record), record.withdrawn(previous));
        } catch (BackendException e) {
            LOG.warn(
                    "A lease could not be withdrawn and stays until its window ends: workerId={}",
                    record.workerId(),
                    e);
        }
    }

    /** The store's time, if it has one. */
    Optional<Instant> time() {
        return await("read the time of", store.time());
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
