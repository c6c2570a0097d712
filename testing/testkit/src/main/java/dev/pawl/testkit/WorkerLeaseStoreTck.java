package dev.pawl.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.pawl.idgen.layout.IdField;
import dev.pawl.idgen.layout.IdLayout;
import dev.pawl.idgen.spi.WorkerLeaseStore;
import dev.pawl.idgen.spi.WorkerRecord;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What every {@link WorkerLeaseStore} owes its callers, as tests. Extend it, say how a store is opened, and run it with
 * JUnit Jupiter:
 *
 * <pre>{@code
 * final class MyWorkerLeaseStoreIT extends WorkerLeaseStoreTck {
 *     @Override
 *     protected WorkerLeaseStore open() {
 *         return new MyWorkerLeaseStore(dataSource);
 *     }
 * }
 * }</pre>
 *
 * <p>Spaces have random names, so that tests may share one database. After each test all writes that were acknowledged
 * in it are held against each other - one write of each revision, each over the record that it expected, in the order of
 * calls that followed each other - and so is every record that was read: as it was written, and no older than what was
 * acknowledged before.
 */
public abstract class WorkerLeaseStoreTck {

    private static final int MANY = 1_025;

    private final WorkerLeaseCalls calls = new WorkerLeaseCalls();
    private final String space = WorkerLeaseCalls.newSpace();

    /** Makes the test. */
    protected WorkerLeaseStoreTck() {}

    /**
     * Opens a store over the data of this test. Each store that a test opens stands for one process: over the same
     * data, they must not share anything in memory that processes could not share. Closing what a store holds is left
     * to the subclass, after each test.
     *
     * @return a store that is ready for use
     * @throws Exception if the store cannot be opened, which fails the test
     */
    protected abstract WorkerLeaseStore open() throws Exception;

    /** Holds what was written and read in a test against the invariants. */
    @AfterEach
    final void everyRevisionWasWrittenOnceAndReadAsItWasWritten() {
        calls.history().assertInvariants();
    }

    @Test
    final void aWorkerIdThatWasNeverLeasedHasNoRecord() throws Exception {
        WorkerLeaseStore store = open();
        assertThat(calls.readAll(store, space)).isEmpty();
        assertThat(calls.read(store, space, 0)).isEmpty();
        calls.lease(store, space, 1);
        assertThat(calls.read(store, space, 0)).isEmpty();
        assertThat(calls.read(store, space, 2)).isEmpty();
    }

    @Test
    final void whatOneStoreWroteEveryStoreReads() throws Exception {
        WorkerRecord first = calls.lease(open(), space, 7);
        WorkerLeaseStore other = open();
        assertThat(calls.read(other, space, 7)).contains(first);
        WorkerRecord second = calls.renew(other, space, first);
        assertThat(calls.readAll(open(), space)).containsExactly(second);
        assertThat(calls.read(open(), space, 7)).contains(second);
    }

    @Test
    final void aWriteIsSeenByAStoreThatHasReadBefore() throws Exception {
        WorkerLeaseStore one = open();
        WorkerLeaseStore two = open();
        WorkerRecord record = calls.lease(one, space, 3);
        for (int i = 0; i < 5; i++) {
            assertThat(calls.read(two, space, 3)).contains(record);
            assertThat(calls.readAll(one, space)).containsExactly(record);
            record = calls.renew(i % 2 == 0 ? one : two, space, record);
        }
        assertThat(calls.readAll(two, space)).containsExactly(record);
    }

    @Test
    final void everyFieldComesBackExactly() throws Exception {
        WorkerLeaseStore store = open();
        String layout = IdLayout.SNOWFLAKE.fingerprint();
        long latest = 1L << 62;
        for (WorkerRecord record : List.of(
                new WorkerRecord(0, new UUID(0, 0), 0, 0, Duration.ZERO, layout, 1),
                new WorkerRecord(1, new UUID(-1, -1), latest, latest, Duration.ofDays(1), layout, 1),
                new WorkerRecord(2, new UUID(1, 2), 1, latest - 1, Duration.ofMillis(3_001), longestLayout(), 1),
                new WorkerRecord(3, new UUID(Long.MIN_VALUE, 1), latest, latest - 1, Duration.ofMillis(1), layout, 1),
                new WorkerRecord(4, UUID.randomUUID(), 0, -1, Duration.ofDays(1).minusMillis(1), "", 1),
                // 2^53 + 1 is the least whole number that a double does not hold
                new WorkerRecord(Integer.MAX_VALUE, UUID.randomUUID(), 9, (1L << 53) + 1, Duration.ZERO, layout, 1))) {
            assertThat(calls.write(store, space, Optional.empty(), record)).isTrue();
            assertThat(calls.read(open(), space, record.workerId())).contains(record);
            assertThat(calls.readAll(store, space)).contains(record);
        }
    }

    @Test
    final void everyFieldIsReplaced() throws Exception {
        WorkerLeaseStore store = open();
        WorkerRecord first = calls.lease(store, space, 5);
        WorkerRecord next = new WorkerRecord(
                5, UUID.randomUUID(), 1L << 61, 1L << 62, Duration.ofHours(2), IdLayout.WIDE.fingerprint(), 2);
        assertThat(calls.write(store, space, Optional.of(first), next)).isTrue();
        assertThat(calls.read(open(), space, 5)).contains(next);
        assertThat(calls.readAll(open(), space)).containsExactly(next);
    }

    @Test
    final void anOwnerMayLowerItsEndAndALeaseMayBeEnded() throws Exception {
        WorkerLeaseStore store = open();
        WorkerRecord first = calls.lease(store, space, 0);
        WorkerRecord unused = first.withToTick(first.fromTick() - 1, first.window());
        assertThat(calls.write(store, space, Optional.of(first), unused)).isTrue();
        assertThat(calls.read(open(), space, 0)).contains(unused);
        WorkerRecord ended = unused.ended(UUID.randomUUID());
        assertThat(calls.write(open(), space, Optional.of(unused), ended)).isTrue();
        assertThat(calls.read(store, space, 0)).contains(ended);
        assertThat(calls.readAll(store, space)).containsExactly(ended);
    }

    @Test
    final void aWriteThatExpectsAnOlderRevisionIsRefused() throws Exception {
        WorkerLeaseStore store = open();
        WorkerRecord first = calls.lease(store, space, 0);
        WorkerRecord second = calls.renew(store, space, first);
        assertThat(calls.write(store, space, Optional.of(first), first.withToTick(9_000, first.window())))
                .isFalse();
        assertThat(calls.write(open(), space, Optional.of(first), WorkerLeaseCalls.takenOver(first)))
                .isFalse();
        assertThat(calls.read(store, space, 0)).contains(second);
    }

    @Test
    final void aWriteThatExpectsALaterRevisionIsRefused() throws Exception {
        WorkerLeaseStore store = open();
        WorkerRecord first = calls.lease(store, space, 0);
        WorkerRecord never = first.withToTick(5_000, first.window());
        assertThat(calls.write(store, space, Optional.of(never), never.withToTick(9_000, first.window())))
                .isFalse();
        assertThat(calls.read(store, space, 0)).contains(first);
    }

    /** As after the store has lost a record and another owner made a new one. */
    @Test
    final void aWriteThatExpectsAnotherOwnerOfTheSameRevisionIsRefused() throws Exception {
        WorkerLeaseStore store = open();
        WorkerRecord lost = WorkerLeaseCalls.first(0);
        WorkerRecord present = calls.lease(store, space, 0);
        assertThat(calls.write(store, space, Optional.of(lost), lost.withToTick(9_000, lost.window())))
                .isFalse();
        assertThat(calls.write(open(), space, Optional.of(lost), WorkerLeaseCalls.takenOver(lost)))
                .isFalse();
        assertThat(calls.read(store, space, 0)).contains(present);
    }

    @Test
    final void aFirstRecordIsRefusedWhereThereIsOne() throws Exception {
        WorkerLeaseStore store = open();
        WorkerRecord present = calls.lease(store, space, 0);
        assertThat(calls.write(store, space, Optional.empty(), present)).isFalse();
        assertThat(calls.write(open(), space, Optional.empty(), WorkerLeaseCalls.first(0)))
                .isFalse();
        assertThat(calls.read(store, space, 0)).contains(present);
    }

    @Test
    final void aRecordThatIsExpectedIsNotCreatedWhereThereIsNone() throws Exception {
        WorkerLeaseStore store = open();
        WorkerRecord absent = WorkerLeaseCalls.first(0);
        assertThat(calls.write(store, space, Optional.of(absent), absent.withToTick(9_000, absent.window())))
                .isFalse();
        assertThat(calls.read(store, space, 0)).isEmpty();
        assertThat(calls.readAll(open(), space)).isEmpty();
    }

    /** As by a caller who has lost the reply. */
    @Test
    final void aRepeatedWriteDoesNotApplyAgain() throws Exception {
        WorkerLeaseStore store = open();
        WorkerRecord first = calls.lease(store, space, 0);
        WorkerRecord second = calls.renew(store, space, first);
        assertThat(calls.write(store, space, Optional.of(first), second)).isFalse();
        WorkerRecord third = calls.renew(open(), space, second);
        assertThat(calls.write(store, space, Optional.of(first), second)).isFalse();
        assertThat(calls.read(store, space, 0)).contains(third);
    }

    @Test
    final void anOwnerThatWasReplacedCannotRenew() throws Exception {
        WorkerLeaseStore old = open();
        WorkerLeaseStore fresh = open();
        WorkerRecord first = calls.lease(old, space, 0);
        WorkerRecord taken = WorkerLeaseCalls.takenOver(first);
        assertThat(calls.write(fresh, space, Optional.of(first), taken)).isTrue();
        assertThat(calls.write(old, space, Optional.of(first), first.withToTick(9_000, first.window())))
                .isFalse();
        WorkerRecord imagined = first.withToTick(9_000, first.window());
        assertThat(calls.write(old, space, Optional.of(imagined), imagined.withToTick(10_000, first.window())))
                .isFalse();
        assertThat(calls.read(old, space, 0)).contains(taken);
        calls.renew(fresh, space, taken);
    }

    @Test
    final void spacesAreIndependentAndTheirNamesExact() throws Exception {
        WorkerLeaseStore store = open();
        List<String> spaces = new ArrayList<>(List.of(space, space.toUpperCase(Locale.ROOT), "-" + space));
        spaces.addAll(List.of(space + "_", space + "-", space + ".", space + ":", space + ":1", space + "1"));
        spaces.add(space + "x".repeat(128 - space.length()));
        spaces.add(space + "x".repeat(127 - space.length()));
        List<WorkerRecord> firsts =
                spaces.stream().map(name -> calls.lease(store, name, 1)).toList();
        WorkerRecord renewed = calls.renew(store, space, firsts.get(0));
        assertThat(calls.readAll(open(), space)).containsExactly(renewed);
        for (int i = 1; i < spaces.size(); i++) {
            assertThat(calls.readAll(store, spaces.get(i))).as(spaces.get(i)).containsExactly(firsts.get(i));
            assertThat(calls.read(store, spaces.get(i), 1)).as(spaces.get(i)).contains(firsts.get(i));
        }
    }

    @Test
    final void workerIdsAreIndependent() throws Exception {
        WorkerLeaseStore store = open();
        List<WorkerRecord> firsts = IntStream.of(0, 1, 10, 11, 111, 65_535, Integer.MAX_VALUE)
                .mapToObj(workerId -> calls.lease(store, space, workerId))
                .toList();
        WorkerRecord renewed = calls.renew(store, space, firsts.get(1));
        assertThat(calls.read(open(), space, 1)).contains(renewed);
        for (WorkerRecord first : firsts) {
            if (first.workerId() != 1) {
                assertThat(calls.read(store, space, first.workerId())).contains(first);
            }
        }
        assertThat(calls.readAll(store, space)).hasSize(firsts.size());
    }

    @Test
    final void everyOneOfManyWorkerIdsHasItsRecord() throws Exception {
        List<WorkerLeaseStore> stores = List.of(open(), open());
        Threads.inParallel(List.of(0, 1), first -> {
            for (int id = first; id < MANY; id += stores.size()) {
                calls.lease(stores.get(first), space, id);
            }
            return first;
        });
        assertThat(calls.readAll(open(), space))
                .extracting(WorkerRecord::workerId)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, MANY).boxed().toList());
    }

    @Test
    final void ofManyFirstOwnersOneGetsTheWorkerId() throws Exception {
        List<WorkerLeaseStore> stores = List.of(open(), open(), open(), open());
        List<WorkerLeaseStore> threads =
                Stream.of(stores, stores).flatMap(List::stream).toList();
        for (int id = 0; id < 10; id++) {
            int workerId = id;
            List<Boolean> won = Threads.inParallel(
                    threads, store -> calls.write(store, space, Optional.empty(), WorkerLeaseCalls.first(workerId)));
            assertThat(won).containsOnlyOnce(true).hasSize(8);
            assertThat(calls.read(open(), space, workerId)).isPresent();
        }
    }

    @Test
    final void ofManyWritersOneWinsEachRevision() throws Exception {
        List<WorkerLeaseStore> stores = List.of(open(), open(), open());
        List<WorkerLeaseStore> threads =
                Stream.of(stores, stores, stores).flatMap(List::stream).toList();
        calls.lease(stores.get(0), space, 0);
        List<Integer> wins = Threads.inParallel(threads, store -> {
            int won = 0;
            for (int i = 0; i < 40; i++) {
                WorkerRecord present = calls.read(store, space, 0).orElseThrow();
                WorkerRecord next = i % 2 == 0
                        ? WorkerLeaseCalls.takenOver(present)
                        : present.withToTick(present.toTick() + 1, present.window());
                won += calls.write(store, space, Optional.of(present), next) ? 1 : 0;
            }
            return won;
        });
        long sum = wins.stream().mapToInt(Integer::intValue).sum();
        assertThat(calls.read(open(), space, 0))
                .as("one revision for each write that was acknowledged")
                .hasValueSatisfying(record -> assertThat(record.revision()).isEqualTo(1 + sum));
    }

    @Test
    final void aNameThatIsNoSpacesNameIsRefused() throws Exception {
        WorkerLeaseStore store = open();
        for (String name : SegmentCalls.badNames()) {
            assertThatIllegalArgumentException().as("read of all of <%s>", name).isThrownBy(() -> store.readAll(name));
            assertThatIllegalArgumentException().as("read of <%s>", name).isThrownBy(() -> store.read(name, 0));
            assertThatIllegalArgumentException()
                    .as("write to <%s>", name)
                    .isThrownBy(() -> store.compareAndSet(name, Optional.empty(), WorkerLeaseCalls.first(0)));
        }
    }

    @Test
    final void aRecordThatIsNotTheExpectedOnesNextIsRefused() throws Exception {
        WorkerLeaseStore store = open();
        WorkerRecord first = calls.lease(store, space, 0);
        WorkerRecord second = first.withToTick(5_000, first.window());
        WorkerRecord third = second.withToTick(6_000, first.window());
        WorkerRecord elsewhere = WorkerLeaseCalls.takenOver(WorkerLeaseCalls.first(1));
        for (WorkerRecord next : List.of(first, third, elsewhere)) {
            assertThatIllegalArgumentException()
                    .as("%s behind %s", next, first)
                    .isThrownBy(() -> store.compareAndSet(space, Optional.of(first), next));
        }
        assertThatIllegalArgumentException()
                .as("a first record of revision 2")
                .isThrownBy(() -> store.compareAndSet(space, Optional.empty(), elsewhere));
        assertThat(calls.readAll(store, space)).containsExactly(first);
    }

    @Test
    final void theTimeIfThereIsOneIsNearTheMachinesAndDoesNotStandStill() throws Exception {
        WorkerLeaseStore store = open();
        Optional<Instant> time = Threads.await(store.time());
        assertThat(time).isNotNull();
        if (time.isPresent()) {
            // a clock read in another time zone is half an hour off at least
            assertThat(time.get()).isCloseTo(Clock.systemUTC().instant(), within(10, ChronoUnit.MINUTES));
            Instant later = time.get();
            for (int i = 0; i < 1_000_000 && !later.isAfter(time.get()); i++) {
                later = Threads.await(store.time()).orElseThrow();
            }
            assertThat(later).isAfter(time.get());
        }
    }

    @Test
    final void theGuaranteeSaysAmongWhomItHolds() throws Exception {
        WorkerLeaseStore store = open();
        calls.lease(store, space, 0);
        assertThat(store.guarantee()).isNotNull();
        assertThat(store.guarantee().scope()).isNotBlank();
    }

    /** Thirty-one parts of the worker id, each with the longest name; nothing longer can be built. */
    private static String longestLayout() {
        List<IdField> fields = new ArrayList<>(List.of(IdField.tick(16)));
        for (int i = 0; i < 31; i++) {
            fields.add(IdField.worker("w" + "-".repeat(29) + String.format(Locale.ROOT, "%02d", i), 1));
        }
        fields.add(IdField.sequence(16));
        return new IdLayout(
                        Duration.ofDays(1).minusMillis(1),
                        Instant.parse("2025-01-01T00:00:00.001Z"),
                        fields.toArray(IdField[]::new))
                .fingerprint();
    }
}
