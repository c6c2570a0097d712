package dev.pawl.idgen.snowflake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.common.Ticker;
import dev.pawl.idgen.Guarantee.Level;
import dev.pawl.idgen.IdEvent;
import dev.pawl.idgen.LayoutMismatchException;
import dev.pawl.idgen.StoreWentBackException;
import dev.pawl.idgen.TestTime;
import dev.pawl.idgen.WorkerIdsExhaustedException;
import dev.pawl.idgen.layout.IdField;
import dev.pawl.idgen.layout.IdLayout;
import dev.pawl.idgen.spi.WorkerRecord;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WorkerLeaseTest {

    private static final IdLayout LAYOUT = IdLayout.SNOWFLAKE;

    private final TestTime time = new TestTime(IdLayout.DEFAULT_EPOCH.plus(Duration.ofDays(30)));
    private final FakeLeaseStore store = new FakeLeaseStore();
    private final List<IdEvent> events = new CopyOnWriteArrayList<>();
    private final List<SnowflakeGenerator> opened = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        store.failure = null;
        opened.forEach(SnowflakeGenerator::close);
    }

    private SnowflakeGenerator open(WorkerIds workerIds) {
        SnowflakeGenerator ids = SnowflakeGenerator.builder(workerIds)
                .clock(time)
                .maxWait(Duration.ofSeconds(30))
                .listener(events::add)
                .build();
        opened.add(ids);
        return ids;
    }

    /** For calls that are expected to fail at their deadline. */
    private SnowflakeGenerator openImpatient() {
        SnowflakeGenerator ids = SnowflakeGenerator.builder(leased())
                .clock(time)
                .maxWait(Duration.ofMillis(300))
                .listener(events::add)
                .build();
        opened.add(ids);
        return ids;
    }

    private WorkerIds leased() {
        return WorkerIds.leased(store, "orders");
    }

    private long nowTick() {
        return LAYOUT.tickAt(time.millis());
    }

    private WorkerRecord recordOf(int workerId) {
        return store.real.read("orders", workerId).toCompletableFuture().join().orElseThrow();
    }

    @Test
    void twoInstancesWithTheSameHintGetTwoWorkerIds() {
        SnowflakeGenerator first = open(leased().withHint(5));
        SnowflakeGenerator second = open(leased().withHint(5));
        assertThat(first.workerId()).isEqualTo(5);
        assertThat(second.workerId()).isEqualTo(0);
        assertThat(open(leased().withHint(1024 + 9)).workerId()).isEqualTo(9);
    }

    @Test
    void theRecordSaysWhoMayIssueWhichTicksAndHowFarAhead() {
        open(leased());
        WorkerRecord record = recordOf(0);
        assertThat(record.fromTick()).isEqualTo(nowTick());
        assertThat(record.toTick()).isEqualTo(nowTick() + 3_000);
        assertThat(record.layout()).isEqualTo(LAYOUT.fingerprint());
        assertThat(record.revision()).isEqualTo(1);
    }

    @Test
    void aNewInstanceStartsWithTheLeastWindowWhateverIsConfigured() {
        SnowflakeGenerator ids = open(leased().withWindow(Duration.ofHours(1)));
        assertThat(ids.windowRemaining()).isBetween(Duration.ofSeconds(3), Duration.ofMillis(3_001));
    }

    @Test
    void aCleanStopWritesTheExactMarkAndTheNextOwnerStartsRightBehindIt() {
        SnowflakeGenerator ids = open(leased());
        long last = ids.nextId();
        ids.close();
        assertThat(recordOf(0).toTick()).isEqualTo(LAYOUT.decode(last).tick());
        SnowflakeGenerator next = open(leased());
        assertThat(next.workerId()).as("free at once").isEqualTo(0);
        assertThat(recordOf(0).fromTick()).isEqualTo(LAYOUT.decode(last).tick() + 1);
        assertThat(next.nextId()).isGreaterThan(last);
    }

    @Test
    void aCleanStopWithoutAnyIdLeavesTheMarkBelowItsStart() {
        SnowflakeGenerator ids = open(leased());
        long from = recordOf(0).fromTick();
        ids.close();
        assertThat(recordOf(0).toTick()).isEqualTo(from - 1);
    }

    @Test
    void nothingIsIssuedAnyMoreWhileTheMarkIsWritten() {
        SnowflakeGenerator ids = open(leased());
        ids.nextId();
        AtomicInteger refused = new AtomicInteger();
        store.duringRead = () -> {
            time.move(Duration.ofMillis(1));
            try {
                ids.nextId();
            } catch (IllegalStateException sealed) {
                refused.incrementAndGet();
            }
        };
        ids.close();
        assertThat(refused).hasValue(1);
    }

    @Test
    void aCrashedOwnersWorkerIdIsLeftAloneUntilItsTicksHavePassed() {
        FakeLeaseStore cutOff = new FakeLeaseStore(store);
        long last = open(WorkerIds.leased(cutOff, "orders")).nextId();
        cutOff.failure = new BackendException("crashed", Outcome.NOT_APPLIED, null);
        assertThat(open(leased()).workerId()).isEqualTo(1);
        time.move(Duration.ofSeconds(4));
        SnowflakeGenerator next = open(leased());
        assertThat(next.workerId()).isEqualTo(0);
        assertThat(next.nextId()).isGreaterThan(last);
    }

    @Test
    void aRestartAfterTheClockWasSetBackRepeatsNothing() {
        SnowflakeGenerator before = open(leased());
        long last = before.nextId();
        before.close();
        time.move(Duration.ofHours(-1));
        SnowflakeGenerator after = open(leased());
        assertThat(after.workerId()).as("worker id 0's ticks lie an hour ahead").isEqualTo(1);
        assertThat(after.nextId()).isNotEqualTo(last);
    }

    @Test
    void aLostLeaseIssuesNothingBeyondItsOldLimitAndIsReplaced() {
        FakeLeaseStore view = new FakeLeaseStore(store);
        SnowflakeGenerator paused = open(WorkerIds.leased(view, "orders"));
        long limit = recordOf(0).toTick();
        view.failure = new BackendException("paused", Outcome.NOT_APPLIED, null);
        time.move(Duration.ofMillis(3_500)); // past its window
        SnowflakeGenerator successor = open(leased());
        assertThat(successor.workerId()).isEqualTo(0);
        view.failure = null;
        assertThat(recordOf(0).fromTick()).isGreaterThan(limit);
        long fresh = paused.nextId(); // waits for another worker id
        assertThat(LAYOUT.decode(fresh).workerId()).isEqualTo(1);
        assertThat(events).contains(new IdEvent.LeaseLost(0));
    }

    @Test
    void aPausedOwnerWithASlowClockMayUseUpItsTicksButNotTheSuccessors() {
        SnowflakeGenerator paused = open(leased());
        long limit = recordOf(0).toTick();
        takeOver(recordOf(0));
        for (int i = 0; i < 4; i++) {
            long id = paused.nextId();
            assertThat(LAYOUT.decode(id).workerId() == 0 && LAYOUT.decode(id).tick() > limit)
                    .isFalse();
            time.move(Duration.ofMillis(1_000));
        }
        assertThat(LAYOUT.decode(paused.nextId()).workerId()).isEqualTo(1);
    }

    /** As a new owner does, that is never cut off. */
    private void takeOver(WorkerRecord old) {
        WorkerRecord stolen = new WorkerRecord(
                old.workerId(),
                UUID.randomUUID(),
                old.toTick() + 1,
                old.toTick() + 9_000_000,
                old.window(),
                old.layout(),
                old.revision() + 1);
        assertThat(store.real
                        .compareAndSet("orders", Optional.of(old), stolen)
                        .toCompletableFuture()
                        .join())
                .isTrue();
    }

    @Test
    void idsIncreaseOverAChangeOfTheWorkerId() {
        SnowflakeGenerator ids = open(leased().withHint(900));
        WorkerRecord old = recordOf(900);
        long last = ids.nextId();
        takeOver(old);
        time.move(Duration.ofMillis(
                2_996)); // the last ticks of the old lease are borrowed, the new one begins at the clock's
        for (int i = 0; i < 8 * 4096; i++) {
            long id = ids.nextId();
            assertThat(id).isGreaterThan(last);
            last = id;
        }
        assertThat(ids.workerId()).as("a smaller worker id").isEqualTo(0);
    }

    @Test
    void aRenewalOfUnknownOutcomeRaisesNothingBeforeItWasReadBack() {
        SnowflakeGenerator ids = openImpatient();
        store.loseRepliesOfWrites = true;
        store.unreadable = true;
        time.move(Duration.ofMillis(2_900));
        await().until(() -> recordOf(0).revision() > 1);
        time.move(Duration.ofMillis(101));
        assertThatExceptionOfType(BackendException.class)
                .as("the store has a higher limit, but this instance does not know")
                .isThrownBy(ids::nextId)
                .withMessageStartingWith("the worker id's lease must be renewed in time: workerId=0");
        store.loseRepliesOfWrites = false;
        store.unreadable = false;
        assertThat(ids.tryNextId(Duration.ofSeconds(30))).isPresent();
        assertThat(ids.workerId()).isEqualTo(0);
    }

    @Test
    void aStoreThatIsDownStopsIdsAtTheEndOfTheWindowAndNotBefore() {
        SnowflakeGenerator ids = openImpatient();
        store.failure = new BackendException("down", Outcome.UNKNOWN, null);
        time.move(Duration.ofMillis(2_999));
        assertThat(ids.nextId()).isPositive();
        time.move(Duration.ofMillis(2));
        assertThatExceptionOfType(BackendException.class)
                .isThrownBy(ids::nextId)
                .withCause(store.failure);
        assertThat(ids.tryNextId(Duration.ofMillis(1))).isEmpty();
        store.failure = null;
        assertThat(ids.tryNextId(Duration.ofSeconds(30))).isPresent();
    }

    @Test
    void batchesAndRunsEndAtTheLimitLikeSingleIds() {
        SnowflakeGenerator ids = openImpatient();
        long limit = recordOf(0).toTick();
        store.failure = new BackendException("down", Outcome.UNKNOWN, null);
        time.move(Duration.ofMillis(2_997)); // four ticks are left, the present one included
        assertThatExceptionOfType(BackendException.class).isThrownBy(() -> ids.reserve(8 * 4096));
        assertThatExceptionOfType(BackendException.class).isThrownBy(() -> ids.nextIds(new long[8 * 4096]));
        assertThat(nowTick() + ids.aheadTicks()).isEqualTo(limit);
    }

    @Test
    void aRecordThatWentBackIsRefused() {
        SnowflakeGenerator ids = open(leased());
        store.forget();
        time.move(Duration.ofMillis(3_001));
        await().untilAsserted(() ->
                assertThatExceptionOfType(StoreWentBackException.class).isThrownBy(ids::nextId));
        assertThat(events).hasAtLeastOneElementOfType(IdEvent.StoreWentBack.class);
    }

    @Test
    void anotherLayoutInTheSameSpaceIsRefused() {
        open(leased());
        assertThatExceptionOfType(LayoutMismatchException.class)
                .isThrownBy(() -> Sonyflake.builder(leased()).clock(time).build())
                .withMessageContaining("space=orders")
                .withMessageContaining(LAYOUT.fingerprint());
    }

    @Test
    void whenAllWorkerIdsAreTakenTheErrorSaysWhenTheFirstComesFree() {
        IdLayout two = new IdLayout(
                Duration.ofMillis(1),
                IdLayout.DEFAULT_EPOCH,
                IdField.tick(41),
                IdField.worker("worker", 1),
                IdField.sequence(12));
        opened.add(SnowflakeGenerator.builder(leased()).layout(two).clock(time).build());
        time.move(Duration.ofMillis(100));
        opened.add(SnowflakeGenerator.builder(leased()).layout(two).clock(time).build());
        assertThatExceptionOfType(WorkerIdsExhaustedException.class)
                .isThrownBy(() -> SnowflakeGenerator.builder(leased())
                        .layout(two)
                        .clock(time)
                        .build())
                .satisfies(e ->
                        assertThat(e.earliestFree()).isEqualTo(time.instant().plusMillis(2_901)))
                .withMessageContaining("workerIds=2");
    }

    @Test
    void twoLayoutsThatStartAtOnceInOneSpaceAreFoundBySecondSight() {
        IdLayout other = new IdLayout(
                Duration.ofMillis(1),
                IdLayout.DEFAULT_EPOCH,
                IdField.tick(41),
                IdField.worker("worker", 9),
                IdField.sequence(13));
        store.afterReadAll = () -> {
            store.afterReadAll = () -> {};
            opened.add(SnowflakeGenerator.builder(leased().withHint(5))
                    .layout(other)
                    .clock(time)
                    .build());
        };
        assertThatExceptionOfType(LayoutMismatchException.class).isThrownBy(() -> open(leased()));
        WorkerRecord given = recordOf(0);
        assertThat(given.toTick()).as("given up at once").isEqualTo(given.fromTick() - 1);
    }

    @Test
    void aRenewalDoesNotTakeTheRecordOfAnotherOwnerForItsOwn() {
        SnowflakeGenerator ids = open(leased());
        WorkerRecord mine = recordOf(0);
        store.forget(); // and the next one to start gets the same worker id at the same revision
        WorkerRecord another = new WorkerRecord(
                0,
                UUID.randomUUID(),
                mine.fromTick(),
                mine.toTick() + 1_000_000,
                mine.window(),
                mine.layout(),
                mine.revision());
        store.real
                .compareAndSet("orders", Optional.empty(), another)
                .toCompletableFuture()
                .join();
        time.move(Duration.ofMillis(3_001));
        long id = ids.nextId();
        assertThat(LAYOUT.decode(id).workerId()).isEqualTo(1);
        assertThat(events).contains(new IdEvent.LeaseLost(0));
    }

    @Test
    void aRecordSaysTheWindowThatItsOwnerRenewsBy() {
        AtomicLong age = new AtomicLong();
        opened.add(SnowflakeGenerator.builder(leased().withWindow(Duration.ofHours(1)))
                .clock(time)
                .ticker(() -> Ticker.system().nanos() + age.get())
                .build());
        age.set(Duration.ofMinutes(10).toNanos());
        await().untilAsserted(() ->
                assertThat(recordOf(0).window()).isBetween(Duration.ofMinutes(10), Duration.ofMinutes(11)));
        assertThat(recordOf(0).toTick() - nowTick()).isBetween(600_000L, 660_000L);
    }

    @Test
    void aClosedGeneratorStaysClosedWhenTheClockFallsBehindTheEpoch() {
        SnowflakeGenerator ids = open(leased());
        ids.nextId();
        ids.close();
        time.move(Duration.ofDays(-400));
        assertThatIllegalStateException().isThrownBy(() -> ids.nextIds(new long[3]));
        assertThatIllegalStateException().isThrownBy(() -> ids.reserve(2));
        assertThatIllegalStateException().isThrownBy(ids::nextId);
        time.move(Duration.ofDays(400));
        assertThatIllegalStateException().isThrownBy(ids::nextId);
    }

    @Test
    void theVeryFirstIdOfALayoutIsPositive() {
        opened.add(SnowflakeGenerator.builder(leased())
                .layout(LAYOUT.withEpoch(time.instant()))
                .clock(time)
                .build());
        assertThat(opened.get(0).aheadTicks()).isZero();
        assertThat(opened.get(0).nextId()).isPositive();
    }

    @Test
    void aMaxAheadThatWouldReachIntoALivingLeaseIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SnowflakeGenerator.builder(leased())
                        .clock(time)
                        .maxAhead(1_001)
                        .build())
                .withMessage(
                        "maxAhead must be at most PT1S with a leased worker id: maxAhead=1001, tickLength=PT0.001S");
        assertThatIllegalArgumentException().isThrownBy(() -> leased().withWindow(Duration.ofSeconds(2)));
        assertThatIllegalArgumentException().isThrownBy(() -> leased().withWindow(Duration.ofDays(2)));
        assertThatIllegalArgumentException().isThrownBy(() -> leased().withHint(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> WorkerIds.leased(store, "a/b"));
    }

    @Test
    void whenTheStoreIsDownAtTheStartThereIsAnErrorAndNoGenerator() {
        store.failure = new BackendException("down", Outcome.NOT_APPLIED, null);
        assertThatExceptionOfType(BackendException.class)
                .isThrownBy(() -> open(leased()))
                .withMessage("down");
    }

    @Test
    void theGuaranteeIsTheStores() {
        assertThat(open(leased()).guarantee().level()).isEqualTo(Level.EPHEMERAL);
    }
}
