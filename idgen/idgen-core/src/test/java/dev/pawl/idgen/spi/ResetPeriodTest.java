package dev.pawl.idgen.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.pawl.idgen.spi.ResetPeriod.Period;
import dev.pawl.idgen.spi.ResetPeriod.Unit;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResetPeriodTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    @Test
    void theDateStandsInFrontOfTheDigitsThatCount() {
        assertThat(ResetPeriod.daily(BERLIN, 6).at(NOON))
                .isEqualTo(new Period(20261121000001L, 20261121999999L, Instant.parse("2026-11-21T23:00:00Z")));
        assertThat(ResetPeriod.monthly(BERLIN, 4).at(NOON))
                .isEqualTo(new Period(2026110001L, 2026119999L, Instant.parse("2026-11-30T23:00:00Z")));
        assertThat(ResetPeriod.yearly(BERLIN, 1).at(NOON))
                .isEqualTo(new Period(20261L, 20269L, Instant.parse("2026-12-31T23:00:00Z")));
    }

    @Test
    void thePeriodIsTheZonesAndNotTheClocks() {
        Instant newYear = Instant.parse("2026-12-31T23:30:00Z");
        assertThat(ResetPeriod.daily(ZoneOffset.UTC, 2).at(newYear).first()).isEqualTo(2026123101);
        assertThat(ResetPeriod.daily(BERLIN, 2).at(newYear).first()).isEqualTo(2027010101);
        assertThat(ResetPeriod.daily(ZoneId.of("America/New_York"), 2)
                        .at(newYear)
                        .first())
                .isEqualTo(2026123101);
        assertThat(ResetPeriod.yearly(ZoneId.of("Pacific/Kiritimati"), 2)
                        .at(NOON.plus(Duration.ofDays(40)))
                        .first())
                .isEqualTo(202701);
    }

    @Test
    void aPeriodEndsAtTheMomentThatTheNextBegins() {
        for (ResetPeriod reset : everyUnit(BERLIN)) {
            Period period = reset.at(NOON);
            assertThat(reset.at(period.end().minusNanos(1))).isEqualTo(period);
            Period next = reset.at(period.end());
            assertThat(next.first()).isGreaterThan(period.last());
            assertThat(next.end()).isAfter(period.end());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Europe/Berlin, 2026-03-28T12:00:00Z, 24, clocks forward in the night of the 29th",
        "Europe/Berlin, 2026-03-29T12:00:00Z, 23, the day of the change",
        "Europe/Berlin, 2026-10-25T12:00:00Z, 25, clocks back",
        "America/Sao_Paulo, 2018-11-03T15:00:00Z, 24, midnight of the 4th is left out: it begins at 01:00",
        "America/Sao_Paulo, 2018-11-04T15:00:00Z, 23, the day without a midnight",
        "America/Sao_Paulo, 2018-02-17T15:00:00Z, 25, clocks back from midnight to 23:00",
        "Asia/Beirut, 2022-03-26T12:00:00Z, 24, before a day without a midnight",
        "Asia/Beirut, 2022-03-27T12:00:00Z, 23, a day without a midnight",
        "Pacific/Apia, 2011-12-29T20:00:00Z, 24, the 30th was left out"
    })
    void aDayIsAsLongAsTheZonesCalendarSays(ZoneId zone, Instant within, long hours, String why) {
        ResetPeriod daily = ResetPeriod.daily(zone, 2);
        Period day = daily.at(within);
        Instant end = day.end();
        Instant begin = end.minus(Duration.ofHours(hours));
        assertThat(daily.at(begin)).as(why).isEqualTo(day);
        assertThat(daily.at(begin.minusNanos(1)).last()).as(why).isLessThan(day.first());
        assertThat(daily.at(end.minusNanos(1))).as(why).isEqualTo(day);
        assertThat(daily.at(end).first()).as(why).isGreaterThan(day.last());
    }

    @Test
    void aDateThatIsLeftOutHasNoPeriod() {
        ResetPeriod daily = ResetPeriod.daily(ZoneId.of("Pacific/Apia"), 1);
        Period before = daily.at(Instant.parse("2011-12-30T09:59:59Z"));
        assertThat(before.first()).isEqualTo(201112291);
        assertThat(daily.at(before.end()).first()).isEqualTo(201112311);
    }

    /** St. John's went back from 00:01 to 23:01, so that a minute of the 7th came before an hour more of the 6th. */
    @Test
    void aDateThatComesAgainHasEndedOnceTheNextHadBegun() {
        ResetPeriod daily = ResetPeriod.daily(ZoneId.of("America/St_Johns"), 1);
        Instant begin = Instant.parse("2010-11-07T02:30:00Z");
        assertThat(daily.at(begin.minusNanos(1)).first()).isEqualTo(201011061);
        for (int minute = 0; minute < 24 * 60; minute++) {
            assertThat(daily.at(begin.plus(Duration.ofMinutes(minute))).first())
                    .as("minute %s", minute)
                    .isEqualTo(201011071);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Europe/Berlin", "America/St_Johns", "America/Sao_Paulo", "Asia/Beirut", "Pacific/Apia"})
    void periodsFollowEachOtherWithoutAGapInTimeAndRise(ZoneId zone) {
        for (ResetPeriod reset : everyUnit(zone)) {
            Period period = reset.at(Instant.parse("1985-06-01T00:00:00Z"));
            while (period.end().isBefore(NOON)) {
                assertThat(reset.at(period.end().minusNanos(1))).isEqualTo(period);
                Period next = reset.at(period.end());
                assertThat(next.first()).isGreaterThan(period.last());
                assertThat(next.end()).isAfter(period.end());
                assertThat(reset.of(next.first())).isEqualTo(next);
                period = next;
            }
        }
    }

    @Test
    void aNumberTellsItsPeriod() {
        for (ResetPeriod reset : everyUnit(BERLIN)) {
            Period period = reset.at(NOON);
            assertThat(reset.of(period.first())).isEqualTo(period);
            assertThat(reset.of(period.last())).isEqualTo(period);
            assertThat(reset.of(period.first() - 1))
                    .as("the mark before the first")
                    .isEqualTo(period);
            assertThat(reset.of(period.last() + 2).first()).isNotEqualTo(period.first());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, 0, 1, 5, 99_999, 2_026_13_01_01L, 2_026_02_30_01L, Long.MAX_VALUE})
    void aNumberWithoutADateHasNoPeriod(long number) {
        ResetPeriod reset = ResetPeriod.daily(BERLIN, 2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> reset.of(number))
                .withMessage("number must begin with a date: number=" + number);
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -20261, 0, 5, 9_999, 99_990, 42_949_69_322_61L, Long.MAX_VALUE})
    void aNumberWithoutAYearOfFourDigitsHasNoPeriod(long number) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ResetPeriod.yearly(BERLIN, 1).of(number));
    }

    @Test
    void theFirstAndTheLastYearAreWhole() {
        for (Unit unit : Unit.values()) {
            ResetPeriod reset = new ResetPeriod(unit, ZoneOffset.UTC, 1);
            assertThat(reset.at(Instant.parse("1000-01-01T00:00:00Z")).first()).isPositive();
            assertThat(reset.at(Instant.parse("9998-12-31T23:59:59Z")).end())
                    .isEqualTo(Instant.parse("9999-01-01T00:00:00Z"));
            for (String outside : List.of("0999-12-31T23:59:59Z", "9999-01-01T00:00:00Z", "-0044-03-15T00:00:00Z")) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> reset.at(Instant.parse(outside)))
                        .withMessageStartingWith("year must be in [1000, 9998]: year=");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"DAY, 10", "MONTH, 12", "YEAR, 14"})
    void dateAndDigitsAreEighteenTogetherAtMost(Unit unit, int most) {
        Period period = new ResetPeriod(unit, BERLIN, most).at(Instant.parse("9998-12-30T00:00:00Z"));
        assertThat(Long.toString(period.last())).hasSize(18);
        for (int digits : new int[] {Integer.MIN_VALUE, -1, 0, most + 1, Integer.MAX_VALUE}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new ResetPeriod(unit, BERLIN, digits))
                    .withMessage("digits must be in [1, " + most + "]: digits=" + digits);
        }
    }

    @Test
    void whatWasWrittenIsRead() {
        List<ResetPeriod> resets = new ArrayList<>();
        for (String zone :
                List.of("Europe/Berlin", "UTC", "Z", "+05:45", "GMT-3", "America/Argentina/ComodRivadavia")) {
            resets.addAll(everyUnit(ZoneId.of(zone)));
        }
        for (ResetPeriod reset : resets) {
            assertThat(ResetPeriod.parse(reset.text())).isEqualTo(reset);
        }
        assertThat(ResetPeriod.daily(BERLIN, 6).text()).isEqualTo("day Europe/Berlin 6");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "day",
                "day UTC",
                "day UTC 6 7",
                "day  UTC 6",
                " day UTC 6",
                "day UTC 6 ",
                "DAY UTC 6",
                "day UTC 06",
                "day UTC +6",
                "day UTC -6",
                "day UTC 0",
                "day UTC 11",
                "day UTC six",
                "day UTC 99999999999",
                "week UTC 6",
                "day utc 6",
                "day Europe/Atlantis 6",
                "day UTC\0 6",
                "day\nUTC\n6",
                "tag UTC 6"
            })
    void whatIsNoResetIsRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ResetPeriod.parse(text))
                .withMessageStartingWith("reset must be unit, zone and digits such as 'day Europe/Berlin 6': reset=")
                .withMessageNotContaining("\0")
                .withMessageNotContaining("\n");
    }

    private static List<ResetPeriod> everyUnit(ZoneId zone) {
        return List.of(ResetPeriod.daily(zone, 2), ResetPeriod.monthly(zone, 2), ResetPeriod.yearly(zone, 2));
    }
}
