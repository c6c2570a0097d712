package dev.pawl.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.idgen.spi.WorkerRecord;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The writes that a store acknowledged in a test, and what it showed to readers. Calls are stamped from one counter at
 * their start and at their end, so that "happened before" is known without a clock.
 */
final class WorkerLeaseHistory {

    private record Key(String space, int workerId) {}

    private record Write(Optional<WorkerRecord> expected, WorkerRecord next, long start, long end) {}

    private record Seen(Optional<WorkerRecord> record, long start, long end) {}

    private final AtomicLong stamps = new AtomicLong();
    private final Map<Key, Queue<Write>> writes = new ConcurrentHashMap<>();
    private final Map<Key, Queue<Seen>> seen = new ConcurrentHashMap<>();

    long stamp() {
        return stamps.getAndIncrement();
    }

    void written(String space, Optional<WorkerRecord> expected, WorkerRecord next, long start) {
        writes.computeIfAbsent(new Key(space, next.workerId()), key -> new ConcurrentLinkedQueue<>())
                .add(new Write(expected, next, start, stamp()));
    }

    void seen(String space, int workerId, Optional<WorkerRecord> record, long start) {
        seen.computeIfAbsent(new Key(space, workerId), key -> new ConcurrentLinkedQueue<>())
                .add(new Seen(record, start, stamp()));
    }

    /** Holds every record's life against the sentences that all stores owe. */
    void assertInvariants() {
        writes.forEach((key, all) -> {
            List<Write> inOrder = all.stream()
                    .sorted(Comparator.comparingLong(write -> write.next.revision()))
                    .toList();
            assertOneWriteOfEachRevision(key, inOrder);
            assertEachFollowsTheOneBefore(key, inOrder);
            assertRevisionsFollowTime(key, inOrder);
        });
        seen.forEach((key, all) -> {
            List<Write> inOrder = writes.getOrDefault(key, new ConcurrentLinkedQueue<>()).stream()
                    .sorted(Comparator.comparingLong(write -> write.next.revision()))
                    .toList();
            all.forEach(read -> assertWritten(key, inOrder, read));
        });
    }

    private static void assertOneWriteOfEachRevision(Key key, List<Write> inOrder) {
        for (int i = 0; i < inOrder.size(); i++) {
            assertThat(inOrder.get(i).next.revision())
                    .as("revision of acknowledged write %s of %s", i + 1, key)
                    .isEqualTo(i + 1L);
        }
    }

    private static void assertEachFollowsTheOneBefore(Key key, List<Write> inOrder) {
        Optional<WorkerRecord> before = Optional.empty();
        for (Write write : inOrder) {
            assertThat(WorkerRecord.sameVersion(write.expected, before))
                    .as("%s of %s was written over %s", write, key, before)
                    .isTrue();
            before = Optional.of(write.next);
        }
    }

    /** A write that began after another had ended has a later revision. */
    private static void assertRevisionsFollowTime(Key key, List<Write> inOrder) {
        long latestStart = -1;
        for (Write write : inOrder) {
            assertThat(write.end)
                    .as("%s of %s has a later revision than one that began after it had ended", write, key)
                    .isGreaterThan(latestStart);
            latestStart = Math.max(latestStart, write.start);
        }
    }

    /** A reader sees a record that was written, no older than what was acknowledged before it began to read. */
    private static void assertWritten(Key key, List<Write> inOrder, Seen read) {
        long acknowledged =
                inOrder.stream().filter(write -> write.end < read.start).count();
        long revision = read.record.map(WorkerRecord::revision).orElse(0L);
        assertThat(revision)
                .as("%s of %s is older than acknowledged", read, key)
                .isGreaterThanOrEqualTo(acknowledged);
        assertThat(revision).as("%s of %s was never written", read, key).isLessThanOrEqualTo(inOrder.size());
        if (revision > 0) {
            Write write = inOrder.get(Math.toIntExact(revision - 1));
            assertThat(read.record).as("record of %s as it was read", key).contains(write.next);
            assertThat(write.start).as("%s of %s is of the future", read, key).isLessThan(read.end);
        }
    }
}
