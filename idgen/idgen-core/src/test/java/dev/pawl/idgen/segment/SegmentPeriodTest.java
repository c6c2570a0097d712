package dev.pawl.idgen.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.idgen.IdRun;
import dev.pawl.idgen.IdSpaceExhaustedException;
import dev.pawl.idgen.LayoutMismatchException;
import dev.pawl.idgen.StoreWentBackException;
import dev.pawl.idgen.TagPausedException;
import dev.pawl.idgen.TestTime;
import dev.pawl.idgen.spi.Reservation;
import dev.pawl.idgen.spi.Reservation.Range;
import dev.pawl.idgen.spi.ResetPeriod;
import dev.pawl.idgen.spi.SegmentTag;
import dev.pawl.idgen.spi.TagState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Ids that begin again with each period. */
class SegmentPeriodTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final ResetPeriod DAILY = ResetPeriod.daily(BERLIN, 6);
    private static final Duration DAY = Duration.ofDays(1);

    /** 21 November, 12:00 in Berlin. */
    private final TestTime time = new TestTime(Instant.parse("2026-11-21T11:00:00Z"));

    private final FakeSegmentStore store = new FakeSegmentStore();

    private SegmentGeneratorBuilder builder() {
        store.create(SegmentTag.of("invoices", DAILY));
        return builder("invoices", DAILY);
    }

    private SegmentGeneratorBuilder builder(String tag, ResetPeriod reset) {
        return SegmentGenerator.builder(store, tag)
                .reset(reset)
                .clock(time)
                .floor(10)
                .ceiling(1_000)
                .maxWait(Duration.ofMillis(200));
    }

    private SegmentGenerator small(ResetPeriod reset) {
        store.create(SegmentTag.of("small", reset));
        return builder("small", reset).build();
    }

    @Test
    void idsCountWithinTheDayAndBeginAgainWithTheNext() {
        SegmentGenerator ids = builder().build();
        assertThat(LongStream.range(0, 5_000).map(i -> ids.nextId()))
                .containsExactlyElementsOf(LongStream.rangeClosed(20261121000001L, 20261121005000L)
                        .boxed()
                        .toList());
        time.move(DAY);
        assertThat(ids.nextId()).isEqualTo(20261122000001L);
        assertThat(ids.nextId()).isEqualTo(20261122000002L);
        time.move(DAY.multipliedBy(3));
        assertThat(ids.nextId()).as("days without ids are skipped").isEqualTo(20261125000001L);
    }

    @Test
    void theDayEndsAtTheZonesMidnightToTheMillisecond() {
        SegmentGenerator ids = builder().build();
        time.move(Duration.ofHours(12).minusMillis(1));
        assertThat(ids.nextId()).isEqualTo(20261121000001L);
        time.move(Duration.ofMillis(1));
        assertThat(ids.nextId()).isEqualTo(20261122000001L);
    }

    /** The other thread looked at the clock before midnight, and switched between this one's look at the segment and at the clock. */
    @Test
    void aSegmentThatAnotherThreadSwitchesToByAnEarlierLookGivesNothing() {
        store.create(SegmentTag.of("small", DAILY));
        SegmentGenerator ids = builder("small", DAILY).build();
        assertThat(ids.nextId()).isEqualTo(20261121000001L);
        time.move(DAY.multipliedBy(2));
        time.beforeNextReading(() -> {
            time.move(DAY.negated());
            assertThat(ids.nextId()).isEqualTo(20261122000001L);
            time.move(DAY);
        });
        assertThat(ids.tryNextId(Duration.ofSeconds(2))).hasValue(20261123000001L);
    }

    @Test
    void noCallThatBeginsAfterThePeriodsEndGetsAnIdOfIt() {
        SegmentGenerator ids = builder().build();
        SegmentCursor cursor = ids.cursor(5);
        assertThat(ids.nextId()).isLessThan(20261122000000L);
        assertThat(cursor.nextId()).isLessThan(20261122000000L);
        time.move(DAY);
        long[] batch = new long[3];
        long[] fromCursor = new long[12];
        assertThat(cursor.nextId()).isEqualTo(20261122000001L);
        cursor.nextIds(fromCursor);
        ids.nextIds(batch);
        IdRun run = ids.reserve(3);
        assertThat(LongStream.of(batch)).allMatch(id -> id > 20261122000000L);
        assertThat(LongStream.of(fromCursor)).allMatch(id -> id > 20261122000000L);
        assertThat(run.get(0)).isGreaterThan(20261122000000L);
        assertThat(ids.nextIdAsync().join()).isGreaterThan(run.get(2));
        assertThat(ids.nextIdsAsync(new long[2]).join()[0]).isGreaterThan(run.get(2));
        assertThat(ids.tryNextId(Duration.ZERO)).isPresent();
        time.move(DAY);
        assertThat(ids.tryNextId(Duration.ZERO)).hasValue(20261123000001L);
        time.move(DAY);
        ids.nextIds(batch);
        assertThat(batch[0]).isEqualTo(20261124000001L);
        time.move(DAY);
        assertThat(ids.reserve(3).get(0)).isEqualTo(20261125000001L);
        time.move(DAY);
        assertThat(ids.nextIdAsync().join()).isEqualTo(20261126000001L);
        time.move(DAY);
        cursor.nextIds(batch);
        assertThat(batch[0]).isEqualTo(20261127000001L);
    }

    @Test
    void aClockSetBackNeverGoesBackToAnEarlierPeriod() {
        SegmentGenerator ids = builder().build();
        ids.nextId();
        time.move(DAY);
        long newest = ids.nextId();
        time.move(DAY.multipliedBy(-5));
        assertThat(LongStream.range(0, 2_000).map(i -> ids.nextId()))
                .isSorted()
                .allMatch(id -> id > newest && id < 20261123000000L);
    }

    @Test
    void anInstanceWhoseClockIsBehindGoesOnInThePeriodThatAnotherBegan() {
        SegmentGenerator ahead =
                builder().clock(new TestTime(time.instant().plus(DAY))).build();
        assertThat(ahead.nextId()).isEqualTo(20261122000001L);
        SegmentGenerator behind = builder().build();
        long id = behind.nextId();
        assertThat(id).isGreaterThan(20261122000001L).isLessThan(20261123000000L);
        time.move(DAY);
        assertThat(behind.nextId()).isEqualTo(id + 1);
        time.move(DAY);
        assertThat(behind.nextId()).isEqualTo(20261123000001L);
    }

    @Test
    void aSegmentAtHandIsLeftAsSoonAsTheStoreTellsOfALaterPeriod() {
        SegmentGenerator behind = builder().build();
        long id = behind.nextId();
        builder().clock(new TestTime(time.instant().plus(DAY))).build().nextId();
        long[] rest = LongStream.range(0, 100).map(i -> behind.nextId()).toArray();
        assertThat(rest).isSorted();
        assertThat(rest[0]).isGreaterThan(id);
        assertThat(rest[99]).isGreaterThan(20261122000000L);
    }

    @Test
    void aPeriodWhoseNumbersAreUsedUpIsWaitedForAndThenIdsGoOn() {
        SegmentGenerator ids = small(ResetPeriod.daily(BERLIN, 1));
        long[] all = LongStream.range(0, 9).map(i -> ids.nextId()).toArray();
        assertThat(all)
                .containsExactly(LongStream.rangeClosed(202611211, 202611219).toArray());
        assertThatExceptionOfType(IdSpaceExhaustedException.class)
                .isThrownBy(ids::nextId)
                .withMessage("a period's ids must last until its end: tag=small, last=202611219,"
                        + " end=2026-11-21T23:00:00Z");
        assertThatExceptionOfType(IdSpaceExhaustedException.class).isThrownBy(() -> ids.tryNextId(Duration.ZERO));
        assertThatExceptionOfType(IdSpaceExhaustedException.class).isThrownBy(() -> ids.reserve(1));
        time.move(DAY);
        assertThat(ids.nextId()).isEqualTo(202611221);
        assertThatExceptionOfType(IdSpaceExhaustedException.class).isThrownBy(() -> ids.nextIds(new long[9]));
        time.move(DAY);
        ids.nextIds(all);
        assertThat(all[8]).isEqualTo(202611239);
    }

    @Test
    void aRunNeverSpansTwoPeriodsNorMoreThanOneHolds() {
        SegmentGenerator ids = small(ResetPeriod.daily(BERLIN, 1));
        ids.nextId();
        assertThat(ids.reserve(8).get(7)).isEqualTo(202611219);
        time.move(DAY);
        assertThatExceptionOfType(IdSpaceExhaustedException.class).isThrownBy(() -> ids.reserve(10));
        time.move(DAY);
        assertThat(ids.reserve(9).get(0)).isEqualTo(202611231);
    }

    @Test
    void aTagsOwnGreatestNumberEndsItForEver() {
        ResetPeriod daily = ResetPeriod.daily(BERLIN, 1);
        store.create(new SegmentTag("ends", 1, 202611223, Optional.of(daily)));
        SegmentGenerator ids = builder("ends", daily).build();
        time.move(DAY);
        ids.nextIds(new long[3]);
        assertThatExceptionOfType(IdSpaceExhaustedException.class)
                .isThrownBy(ids::nextId)
                .withMessage("a tag's ids must not pass its maxId: tag=ends, maxId=202611223");
        time.move(DAY);
        assertThatExceptionOfType(IdSpaceExhaustedException.class).isThrownBy(ids::nextId);
    }

    @Test
    void closingGivesTheUnusedIdsBackSoThatARestartGoesOnBehindTheLast() {
        SegmentGenerator ids = builder().build();
        ids.nextIds(new long[42]);
        ids.close();
        SegmentGenerator restarted = builder().build();
        assertThat(restarted.nextId()).isEqualTo(20261121000043L);
        time.move(DAY);
        assertThat(restarted.nextId()).isEqualTo(20261122000001L);
        restarted.close();
        assertThat(builder().build().nextId()).isEqualTo(20261122000002L);
    }

    @Test
    void closingAfterThePeriodsEndGivesNothingOfItToTheNext() {
        SegmentGenerator ids = builder().build();
        ids.nextId();
        time.move(DAY);
        ids.close();
        assertThat(builder().build().nextId()).isEqualTo(20261122000001L);
        assertThatIllegalStateException().isThrownBy(ids::nextId);
    }

    @Test
    void aResetThatIsNotTheTagsIsATypedError() {
        builder();
        store.create(SegmentTag.of("plain"));
        SegmentGenerator otherZone = builder("invoices", ResetPeriod.daily(ZoneId.of("Europe/Paris"), 6))
                .build();
        assertThatExceptionOfType(LayoutMismatchException.class)
                .isThrownBy(otherZone::nextId)
                .withMessage("a tag must be used with the reset it was created with: tag=invoices,"
                        + " created=day Europe/Berlin 6");
        SegmentGenerator plain = SegmentGenerator.builder(store, "invoices").build();
        assertThatExceptionOfType(LayoutMismatchException.class).isThrownBy(plain::nextId);
        SegmentGenerator ofPlain = builder("plain", DAILY).build();
        assertThatExceptionOfType(LayoutMismatchException.class)
                .isThrownBy(ofPlain::nextId)
                .withMessage("a tag must be used with the reset it was created with: tag=plain, created=none");
    }

    @Test
    void aPausedTagIsATypedError() {
        SegmentGenerator ids = small(DAILY);
        ids.nextId();
        TagState state = store.real.find("small").toCompletableFuture().join().orElseThrow();
        store.real.compareAndSet(state.paused(true));
        time.move(DAY);
        assertThatExceptionOfType(TagPausedException.class).isThrownBy(ids::nextId);
        assertThatExceptionOfType(TagPausedException.class).isThrownBy(() -> ids.tryNextId(Duration.ZERO));
    }

    @Test
    void aMarkWithoutADateIsATypedError() {
        SegmentGenerator ids = small(DAILY);
        store.lie = new Reservation.Later(99999999999999L);
        time.move(DAY);
        assertThatIllegalStateException()
                .isThrownBy(ids::nextId)
                .withMessageStartingWith("a tag's mark must lie in a period of its reset: tag=small");
    }

    @Test
    void aClockBeyondTheLastPeriodIsATypedError() {
        SegmentGenerator ids = builder().build();
        ids.nextId();
        time.move(Duration.ofDays(3_000_000));
        assertThatExceptionOfType(IdSpaceExhaustedException.class).isThrownBy(ids::nextId);
        assertThat(ids.nextIdAsync()).isCompletedExceptionally();
        time.move(Duration.ofDays(-3_000_000));
        assertThat(ids.nextId()).isLessThan(20261122000000L);
        SegmentGeneratorBuilder tooLate = builder().clock(new TestTime(Instant.parse("9999-01-01T12:00:00Z")));
        assertThatIllegalArgumentException()
                .isThrownBy(tooLate::build)
                .withMessage("year must be in [1000, 9998]: year=9999");
    }

    @Test
    void aStoreThatWentBackIsRefusedInALaterPeriodToo() {
        SegmentGenerator ids = builder().build();
        ids.nextIds(new long[500]);
        time.move(DAY);
        store.lie = new Range(20261122000001L, 20261122000010L, 1);
        assertThatExceptionOfType(StoreWentBackException.class).isThrownBy(ids::nextId);
    }

    @Test
    void aRangeThatComesAfterItsPeriodsEndIsNotUsed() {
        SegmentGenerator ids = builder().build();
        CompletableFuture<Void> gate = new CompletableFuture<>();
        store.gate = gate;
        ids.nextIds(new long[5]);
        assertThat(store.inFlight).hasValue(1);
        time.move(DAY);
        CompletableFuture<Long> id = CompletableFuture.supplyAsync(
                () -> builder("invoices", DAILY).build().nextId());
        store.gate = CompletableFuture.completedFuture(null);
        gate.complete(null);
        assertThat(id.join()).isGreaterThan(20261122000000L);
        assertThat(ids.nextId()).isGreaterThan(20261122000000L);
    }

    @Test
    void anAttemptThatIsRepeatedAsksForThePeriodOfItsTime() {
        store.failure = new BackendException("down", Outcome.NOT_APPLIED, null);
        SegmentGenerator ids = builder().maxWait(Duration.ofMinutes(1)).build();
        CompletableFuture<Long> id = CompletableFuture.supplyAsync(ids::nextId);
        await().until(() -> store.steps.size() >= 2);
        time.move(DAY);
        CompletableFuture<Long> later = CompletableFuture.supplyAsync(ids::nextId);
        await().until(() -> store.steps.size() >= 4);
        store.failure = null;
        assertThat(LongStream.of(id.join(), later.join())).containsExactlyInAnyOrder(20261122000001L, 20261122000002L);
    }

    @Test
    void monthsAndYearsBeginAgainToo() {
        SegmentGenerator monthly = small(ResetPeriod.monthly(BERLIN, 3));
        ResetPeriod yearly = ResetPeriod.yearly(BERLIN, 12);
        store.create(SegmentTag.of("yearly", yearly));
        SegmentGenerator ofYear = builder("yearly", yearly).build();
        assertThat(monthly.nextId()).isEqualTo(202611001);
        assertThat(ofYear.nextId()).isEqualTo(2026000000000001L);
        time.move(Duration.ofDays(10));
        assertThat(monthly.nextId()).isEqualTo(202612001);
        assertThat(ofYear.nextId()).isEqualTo(2026000000000002L);
        time.move(Duration.ofDays(31));
        assertThat(monthly.nextId()).isEqualTo(202701001);
        assertThat(ofYear.nextId()).isEqualTo(2027000000000001L);
    }

    @Test
    void aTagThatIsNeverResetLooksAtNoClock() {
        SegmentGenerator ids = SegmentGenerator.builder(store, "orders")
                .clock(new Unreadable())
                .build();
        ids.nextIds(new long[5_000]);
        assertThat(ids.nextId()).isEqualTo(5_001);
        assertThat(ids.cursor(3).nextId()).isEqualTo(5_002);
    }

    private static final class Unreadable extends Clock {
        @Override
        public ZoneId getZone() {
            return BERLIN;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            throw new AssertionError("a clock was looked at");
        }
    }
}
