package dev.pawl.idgen.snowflake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.idgen.LayoutMismatchException;
import dev.pawl.idgen.TestTime;
import dev.pawl.idgen.layout.IdField;
import dev.pawl.idgen.layout.IdLayout;
import dev.pawl.idgen.spi.WorkerRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A space may pass to another layout only if all ids of the old one lie below the new one's. */
class LayoutChangeTest {

    private static final IdLayout OLD = IdLayout.SNOWFLAKE;

    /** Four years more of ticks: every id lies above the old layout's of the same time. */
    private static final IdLayout ABOVE = OLD.withEpoch(IdLayout.DEFAULT_EPOCH.minus(Duration.ofDays(1461)));

    private static final IdLayout BELOW = OLD.withEpoch(IdLayout.DEFAULT_EPOCH.plus(Duration.ofDays(20)));

    private final TestTime time = new TestTime(IdLayout.DEFAULT_EPOCH.plus(Duration.ofDays(30)));
    private final FakeLeaseStore store = new FakeLeaseStore();
    private final List<SnowflakeGenerator> opened = new ArrayList<>();

    @AfterEach
    void close() {
        store.failure = null;
        opened.forEach(SnowflakeGenerator::close);
    }

    private SnowflakeGenerator open(IdLayout layout) {
        return open(layout, WorkerIds.leased(store, "orders"));
    }

    private SnowflakeGenerator open(IdLayout layout, WorkerIds workerIds) {
        SnowflakeGenerator ids = SnowflakeGenerator.builder(workerIds)
                .layout(layout)
                .clock(time)
                .maxWait(Duration.ofSeconds(1))
                .build();
        opened.add(ids);
        return ids;
    }

    private List<WorkerRecord> records() {
        return store.real.readAll("orders").toCompletableFuture().join();
    }

    @Test
    void aLayoutWhoseIdsLieAboveTakesTheSpaceOver() {
        long greatest = open(OLD).nextId();
        long least = open(ABOVE).nextId();
        assertThat(least).isGreaterThan(greatest);
        assertThat(records()).allSatisfy(record -> assertThat(record.layout()).isEqualTo(ABOVE.fingerprint()));
    }

    @Test
    void anOwnerOfTheOldLayoutCannotRenewAboveTheNewOnesIds() {
        FakeLeaseStore view = new FakeLeaseStore(store);
        SnowflakeGenerator old = open(OLD, WorkerIds.leased(view, "orders").withHint(7));
        view.failure = new BackendException("paused", Outcome.NOT_APPLIED, null);
        SnowflakeGenerator fresh = open(ABOVE);
        long least = fresh.nextId();
        view.failure = null;
        time.move(Duration.ofMillis(3_500));
        await().untilAsserted(() ->
                assertThatExceptionOfType(LayoutMismatchException.class).isThrownBy(old::nextId));
        assertThat(fresh.nextId()).isGreaterThan(least);
    }

    @Test
    void aLayoutWhoseIdsDoNotLieAboveIsRefusedAndLeavesNothingBehind() {
        open(OLD).nextId();
        List<WorkerRecord> before = records();
        assertThatExceptionOfType(LayoutMismatchException.class)
                .isThrownBy(() -> open(BELOW))
                .withMessageStartingWith(
                        "all generators of a space must use one layout, or one whose ids lie above: space=orders");
        assertThat(records()).isEqualTo(before);
    }

    @Test
    void theBorderIsTheGreatestTickThatWasGrantedOfWhicheverWorker() {
        open(OLD).nextId();
        long toTick = records().get(0).toTick();
        // The same bits, and an epoch so that the new tick of this moment is just not above, and just above.
        long now = time.millis();
        IdLayout same = OLD.withEpoch(OLD.startOf(0).minusMillis(toTick - OLD.tickAt(now)));
        assertThat(same.tickAt(now)).isEqualTo(toTick);
        assertThatExceptionOfType(LayoutMismatchException.class).isThrownBy(() -> open(same));
        IdLayout above = OLD.withEpoch(same.epoch().minusMillis(1));
        assertThat(open(above).nextId()).isPositive();
    }

    @Test
    void ofALayoutWithTheWorkerOnTopTheLeastIdOfAllWorkersCounts() {
        open(OLD).nextId();
        IdLayout workerOnTop = new IdLayout(
                Duration.ofMillis(1),
                IdLayout.DEFAULT_EPOCH,
                IdField.worker("worker", 10),
                IdField.tick(41),
                IdField.sequence(12));
        assertThatExceptionOfType(LayoutMismatchException.class)
                .isThrownBy(() ->
                        open(workerOnTop, WorkerIds.leased(store, "orders").withHint(1023)));
    }

    /** Its records are of the new layout, but its clock would let it begin below what the old layout has issued. */
    @Test
    void aThirdInstanceWithAClockBehindDoesNotBeginBelowTheChange() {
        open(OLD).nextId();
        long greatestOld = OLD.idOf(((records().get(0).toTick() + 1) << OLD.sequenceBits()) - 1, OLD.maxWorkerId());
        IdLayout justAbove =
                OLD.withEpoch(OLD.startOf(0).minusMillis(records().get(0).toTick() + 1 - OLD.tickAt(time.millis())));
        assertThat(open(justAbove).nextId()).isGreaterThan(greatestOld);
        time.move(Duration.ofMillis(-500));
        SnowflakeGenerator behind =
                open(justAbove, WorkerIds.leased(store, "orders").withHint(900));
        assertThat(behind.tryNextId(Duration.ZERO)).as("below the change").isEmpty();
        time.move(Duration.ofMillis(500));
        assertThat(behind.workerId()).isEqualTo(900);
        assertThat(behind.nextId()).isGreaterThan(greatestOld);
    }

    /** The change happens between the third one's look at the space and its own record. */
    @Test
    void aChangeDuringAStartIsSeenAtTheSecondLook() {
        open(OLD).nextId();
        long toTick = records().get(0).toTick();
        long greatestOld = OLD.idOf(((toTick + 1) << OLD.sequenceBits()) - 1, OLD.maxWorkerId());
        IdLayout justAbove = OLD.withEpoch(OLD.startOf(0).minusMillis(toTick + 1 - OLD.tickAt(time.millis())));
        opened.get(0).close();
        store.forget(); // the third one sees an empty space first
        store.afterReadAll = () -> {
            store.afterReadAll = () -> {};
            time.move(Duration.ofMillis(500));
            WorkerRecord old =
                    new WorkerRecord(3, UUID.randomUUID(), toTick, toTick, Duration.ofSeconds(3), OLD.fingerprint(), 1);
            store.real
                    .compareAndSet("orders", Optional.empty(), old)
                    .toCompletableFuture()
                    .join();
            open(justAbove);
            time.move(Duration.ofMillis(-500));
        };
        time.move(Duration.ofMillis(-500));
        SnowflakeGenerator third =
                open(justAbove, WorkerIds.leased(store, "orders").withHint(900));
        assertThat(third.tryNextId(Duration.ZERO)).as("below the change").isEmpty();
        time.move(Duration.ofMillis(500));
        assertThat(third.nextId()).isGreaterThan(greatestOld);
    }

    @Test
    void whoWithdrawsLeavesTheSpaceToTheOther() {
        store.afterReadAll = () -> {
            store.afterReadAll = () -> {};
            open(OLD, WorkerIds.leased(store, "orders").withHint(5));
        };
        assertThatExceptionOfType(LayoutMismatchException.class).isThrownBy(() -> open(BELOW));
        assertThat(open(OLD).nextId()).isPositive();
    }
}
