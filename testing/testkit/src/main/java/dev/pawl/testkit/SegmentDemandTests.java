package dev.pawl.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.idgen.spi.Reservation.Exhausted;
import dev.pawl.idgen.spi.Reservation.Later;
import dev.pawl.idgen.spi.Reservation.OtherReset;
import dev.pawl.idgen.spi.Reservation.UnknownTag;
import dev.pawl.idgen.spi.ResetPeriod;
import dev.pawl.idgen.spi.ResetPeriod.Period;
import dev.pawl.idgen.spi.SegmentDemand;
import dev.pawl.idgen.spi.SegmentStore;
import dev.pawl.idgen.spi.SegmentTag;
import dev.pawl.testkit.SegmentHistory.Grant;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a store owes to a demand with bounds, and to tags whose numbers begin again with each period. */
abstract class SegmentDemandTests extends TagAdminTests {

    private static final ResetPeriod DAILY = ResetPeriod.daily(ZoneId.of("Europe/Berlin"), 1);
    private static final Period FIRST_DAY = DAILY.at(Instant.parse("2026-11-21T12:00:00Z"));
    private static final Period SECOND_DAY = DAILY.at(FIRST_DAY.end());

    @Test
    final void aDemandsLeastNumberSkipsThoseBelowIt() throws Exception {
        SegmentStore store = open();
        SegmentTag tag = calls.create(store, 1, GREATEST);
        assertRange(calls.ask(store, demand(tag, 10, 1, 1_000)), 1, 10);
        assertRange(calls.ask(store, demand(tag, 10, 100, 1_000)), 100, 109);
        assertRange(calls.ask(store, demand(tag, 10, 50, 1_000)), 110, 119);
        assertRange(calls.ask(store, tag, 10), 120, 129);
    }

    @Test
    final void aDemandsGreatestNumberCutsTheRangeAndExhaustsTheDemandOnly() throws Exception {
        SegmentStore store = open();
        SegmentTag tag = calls.create(store, 1, 40);
        assertRange(calls.ask(store, demand(tag, 50, 1, 25)), 1, 25);
        assertThat(calls.ask(store, demand(tag, 1, 1, 25))).isEqualTo(new Exhausted(25));
        assertRange(calls.ask(store, demand(tag, 50, 1, 100)), 26, 40);
        assertThat(calls.ask(store, demand(tag, 1, 1, 100))).isEqualTo(new Exhausted(40));
    }

    @Test
    final void aLeastNumberAboveTheTagsGreatestFindsItExhausted() throws Exception {
        SegmentStore store = open();
        SegmentTag tag = calls.create(store, 1, 40);
        assertThat(calls.ask(store, demand(tag, 1, 41, 100))).isEqualTo(new Exhausted(40));
        assertRange(calls.ask(store, tag, 1), 1, 1);
    }

    @Test
    final void aMarkAboveADemandsGreatestNumberAnswersLaterAndStays() throws Exception {
        SegmentStore store = open();
        SegmentTag tag = calls.create(store, 1, GREATEST);
        assertRange(calls.ask(store, tag, 30), 1, 30);
        assertThat(calls.ask(store, demand(tag, 10, 1, 20))).isEqualTo(new Later(30));
        assertThat(calls.ask(store, demand(tag, 10, 1, 29))).isEqualTo(new Later(30));
        assertThat(calls.ask(store, demand(tag, 10, 1, 30))).isEqualTo(new Exhausted(30));
        assertRange(calls.ask(store, tag, 1), 31, 31);
    }

    @Test
    final void theGreatestBoundsDoNotOverflow() throws Exception {
        SegmentStore store = open();
        SegmentTag tag = calls.create(store, 1, GREATEST);
        assertRange(calls.ask(store, demand(tag, 3, GREATEST - 5, GREATEST)), GREATEST - 5, GREATEST - 3);
        assertRange(
                calls.ask(store, demand(tag, Long.MAX_VALUE, GREATEST - 1, Long.MAX_VALUE)), GREATEST - 1, GREATEST);
        assertThat(calls.ask(store, demand(tag, 1, Long.MAX_VALUE, Long.MAX_VALUE)))
                .isEqualTo(new Exhausted(GREATEST));
    }

    @Test
    final void aPeriodsNumbersBeginAtItsFirstAndEndAtItsLast() throws Exception {
        SegmentStore store = open();
        SegmentTag tag = calls.create(store, DAILY);
        assertRange(calls.ask(store, within(tag, 5, FIRST_DAY)), 202611211, 202611215);
        assertRange(calls.ask(open(), within(tag, 5, FIRST_DAY)), 202611216, 202611219);
        assertThat(calls.ask(store, within(tag, 5, FIRST_DAY))).isEqualTo(new Exhausted(202611219));
        assertRange(calls.ask(open(), within(tag, 5, SECOND_DAY)), 202611221, 202611225);
        assertThat(calls.ask(store, within(tag, 5, FIRST_DAY))).isEqualTo(new Later(202611225));
        assertRange(calls.ask(store, within(tag, 1, SECOND_DAY)), 202611226, 202611226);
    }

    @Test
    final void aPeriodOfWhichNothingWasUsedHasBegunAllTheSame() throws Exception {
        SegmentStore store = open();
        SegmentTag tag = calls.create(store, DAILY);
        calls.ask(store, within(tag, 5, FIRST_DAY));
        Grant unused = calls.reserve(store, within(tag, 5, SECOND_DAY));
        assertThat(calls.giveBack(store, tag, unused, SECOND_DAY.first() - 1)).isTrue();
        assertThat(calls.ask(store, within(tag, 5, FIRST_DAY))).isEqualTo(new Later(SECOND_DAY.first() - 1));
        assertRange(calls.ask(store, within(tag, 5, SECOND_DAY)), 202611221, 202611225);
    }

    @Test
    final void manyThatBeginAPeriodShareItsNumbersWithoutAGap() throws Exception {
        ResetPeriod daily = ResetPeriod.daily(ZoneId.of("UTC"), 6);
        Period day = daily.at(Instant.parse("2026-11-21T12:00:00Z"));
        SegmentTag tag = calls.create(open(), daily);
        List<SegmentStore> stores = List.of(open(), open(), open(), open());
        Threads.inParallel(stores, store -> calls.reserve(store, within(tag, 10, day)));
        assertRange(calls.ask(open(), within(tag, 1, day)), day.first() + 40, day.first() + 40);
    }

    @Test
    final void aResetThatIsNotTheTagsIsRefusedAndMovesNothing() throws Exception {
        SegmentStore store = open();
        SegmentTag tag = calls.create(store, DAILY);
        List<ResetPeriod> others = List.of(
                ResetPeriod.daily(ZoneId.of("Europe/Paris"), 1),
                ResetPeriod.daily(ZoneId.of("Europe/Berlin"), 2),
                ResetPeriod.monthly(ZoneId.of("Europe/Berlin"), 1));
        for (ResetPeriod other : others) {
            assertThat(calls.ask(store, SegmentDemand.within(tag.name(), 1, other, FIRST_DAY)))
                    .as("%s", other)
                    .isEqualTo(new OtherReset(Optional.of(DAILY)));
        }
        assertThat(calls.ask(store, SegmentDemand.of(tag.name(), 1))).isEqualTo(new OtherReset(Optional.of(DAILY)));
        assertRange(calls.ask(store, within(tag, 1, FIRST_DAY)), 202611211, 202611211);
    }

    @Test
    final void aResetOfATagThatHasNoneIsRefusedAndMovesNothing() throws Exception {
        SegmentStore store = open();
        SegmentTag tag = calls.create(store, 1, GREATEST);
        assertThat(calls.ask(store, within(tag, 1, FIRST_DAY))).isEqualTo(new OtherReset(Optional.empty()));
        assertRange(calls.ask(store, tag, 1), 1, 1);
    }

    @Test
    final void aTagThatExistsKeepsItsReset() throws Exception {
        SegmentStore store = open();
        SegmentTag tag = calls.create(store, DAILY);
        SegmentTag plain = calls.create(store, 1, GREATEST);
        ResetPeriod other = ResetPeriod.yearly(ZoneId.of("UTC"), 9);
        assertThat(Threads.await(open().create(SegmentTag.of(tag.name(), other))))
                .isFalse();
        assertThat(Threads.await(open().create(SegmentTag.of(tag.name())))).isFalse();
        assertThat(Threads.await(open().create(SegmentTag.of(plain.name(), DAILY))))
                .isFalse();
        assertRange(calls.ask(store, within(tag, 1, FIRST_DAY)), 202611211, 202611211);
        assertRange(calls.ask(store, plain, 1), 1, 1);
    }

    @Test
    @SuppressWarnings("ZoneIdOfZ") // a name that a store must keep, too
    final void everyKindOfResetIsKeptAsItWasCreated() throws Exception {
        SegmentStore store = open();
        for (ResetPeriod reset : List.of(
                ResetPeriod.daily(ZoneId.of("America/Argentina/ComodRivadavia"), 10),
                ResetPeriod.monthly(ZoneId.of("UTC"), 12),
                ResetPeriod.yearly(ZoneId.of("+05:45"), 14),
                ResetPeriod.yearly(ZoneId.of("Z"), 1))) {
            SegmentTag tag = calls.create(store, reset);
            assertThat(calls.ask(open(), tag, 1)).isEqualTo(new OtherReset(Optional.of(reset)));
            Period period = reset.at(FIRST_DAY.end());
            SegmentDemand demand = SegmentDemand.within(tag.name(), 3, reset, period);
            assertRange(calls.ask(open(), demand), period.first(), period.first() + 2);
        }
    }

    @Test
    final void aDemandWithBoundsNeverCreatesATag() throws Exception {
        SegmentStore store = open();
        SegmentTag tag = SegmentCalls.newTag(1, GREATEST);
        for (int i = 0; i < 2; i++) {
            assertThat(calls.ask(store, within(tag, 1, FIRST_DAY))).isEqualTo(new UnknownTag());
            assertThat(calls.ask(store, demand(tag, 1, 5, 10))).isEqualTo(new UnknownTag());
        }
    }

    private static SegmentDemand demand(SegmentTag tag, long step, long least, long greatest) {
        return new SegmentDemand(tag.name(), step, Optional.empty(), least, greatest);
    }

    private static SegmentDemand within(SegmentTag tag, long step, Period period) {
        return SegmentDemand.within(tag.name(), step, tag.reset().orElse(DAILY), period);
    }
}
