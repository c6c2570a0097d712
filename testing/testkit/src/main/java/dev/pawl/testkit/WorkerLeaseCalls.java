package dev.pawl.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.idgen.layout.IdLayout;
import dev.pawl.idgen.spi.WorkerLeaseStore;
import dev.pawl.idgen.spi.WorkerRecord;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Calls of a store whose outcome goes into a history. Thread-safe. */
final class WorkerLeaseCalls {

    private final WorkerLeaseHistory history = new WorkerLeaseHistory();

    WorkerLeaseHistory history() {
        return history;
    }

    boolean write(WorkerLeaseStore store, String space, Optional<WorkerRecord> expected, WorkerRecord next) {
        long start = history.stamp();
        boolean written = Threads.await(store.compareAndSet(space, expected, next));
        if (written) {
            history.written(space, expected, next, start);
        }
        return written;
    }

    /** Writes a worker id's first record, of a new owner. */
    WorkerRecord lease(WorkerLeaseStore store, String space, int workerId) {
        WorkerRecord first = first(workerId);
        assertThat(write(store, space, Optional.empty(), first))
                .as("first record of %s", workerId)
                .isTrue();
        return first;
    }

    /** Writes the next record of the same owner. */
    WorkerRecord renew(WorkerLeaseStore store, String space, WorkerRecord record) {
        WorkerRecord next = record.withToTick(record.toTick() + 1_000, record.window());
        assertThat(write(store, space, Optional.of(record), next))
                .as("renewal of %s", record)
                .isTrue();
        return next;
    }

    Optional<WorkerRecord> read(WorkerLeaseStore store, String space, int workerId) {
        long start = history.stamp();
        Optional<WorkerRecord> record = Threads.await(store.read(space, workerId));
        history.seen(space, workerId, record, start);
        return record;
    }

    List<WorkerRecord> readAll(WorkerLeaseStore store, String space) {
        long start = history.stamp();
        List<WorkerRecord> records = Threads.await(store.readAll(space));
        records.forEach(record -> history.seen(space, record.workerId(), Optional.of(record), start));
        return records;
    }

    static String newSpace() {
        return "tck-" + UUID.randomUUID();
    }

    /** A worker id's first record, of a new owner. */
    static WorkerRecord first(int workerId) {
        return new WorkerRecord(
                workerId, UUID.randomUUID(), 1_000, 4_000, Duration.ofSeconds(3), IdLayout.SNOWFLAKE.fingerprint(), 1);
    }

    /** The record of another owner who begins behind this one. */
    static WorkerRecord takenOver(WorkerRecord record) {
        return new WorkerRecord(
                record.workerId(),
                UUID.randomUUID(),
                record.toTick() + 1,
                record.toTick() + 3_000,
                record.window(),
                record.layout(),
                record.revision() + 1);
    }
}
