package dev.pawl.idgen.spi;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Objects;

/**
 * Numbers that begin again with each day, month or year of a zone. The date is part of the number, in front of the digits
 * that count: with {@code daily(zone, 6)} the first one of 21 November 2026 is 20261121000001. So numbers of two periods
 * never meet, and they rise over periods as they do within one. Immutable.
 *
 * @param unit how long a period is
 * @param zone whose calendar says when a period ends
 * @param digits how many digits count within a period, from 1 to 18 less the date's
 */
public record ResetPeriod(Unit unit, ZoneId zone, int digits) {

    /** How long a period is. */
    public enum Unit {
        /** A day; its number is the date as {@code 20261121}. */
        DAY(8),
        /** A month; its number is {@code 202611}. */
        MONTH(6),
        /** A year; its number is {@code 2026}. */
        YEAR(4);

        private final int dateDigits;

        Unit(int dateDigits) {
            this.dateDigits = dateDigits;
        }

        private LocalDate startOf(LocalDate date) {
            return switch (this) {
                case DAY -> date;
                case MONTH -> date.withDayOfMonth(1);
                case YEAR -> date.withDayOfYear(1);
            };
        }

        private LocalDate after(LocalDate start) {
            return switch (this) {
                case DAY -> start.plusDays(1);
                case MONTH -> start.plusMonths(1);
                case YEAR -> start.plusYears(1);
            };
        }

        private long number(LocalDate date) {
            return switch (this) {
                case DAY -> (date.getYear() * 100L + date.getMonthValue()) * 100 + date.getDayOfMonth();
                case MONTH -> date.getYear() * 100L + date.getMonthValue();
                case YEAR -> date.getYear();
            };
        }

        private LocalDate date(long number) {
            return switch (this) {
                case DAY ->
                    LocalDate.of(Math.toIntExact(number / 10_000), (int) (number / 100 % 100), (int) (number % 100));
                case MONTH -> LocalDate.of(Math.toIntExact(number / 100), (int) (number % 100), 1);
                case YEAR -> LocalDate.of(Math.toIntExact(number), 1, 1);
            };
        }
    }

    /**
     * One period's numbers.
     *
     * @param first its first number
     * @param last its last number
     * @param end the instant at which the next period begins
     */
    public record Period(long first, long last, Instant end) {}

    private static final int GREATEST_DIGITS = 18;

    /** Checks the digits. */
    public ResetPeriod {
        Objects.requireNonNull(unit, "unit");
        Objects.requireNonNull(zone, "zone");
        if (digits < 1 || digits > GREATEST_DIGITS - unit.dateDigits) {
            throw new IllegalArgumentException(
                    "digits must be in [1, " + (GREATEST_DIGITS - unit.dateDigits) + "]: digits=" + digits);
        }
    }

    /**
     * Numbers that begin again each day.
     *
     * @param zone whose days
     * @param digits how many digits count, from 1 to 10
     * @return the period
     */
    public static ResetPeriod daily(ZoneId zone, int digits) {
        return new ResetPeriod(Unit.DAY, zone, digits);
    }

    /**
     * Numbers that begin again each month.
     *
     * @param zone whose months
     * @param digits how many digits count, from 1 to 12
     * @return the period
     */
    public static ResetPeriod monthly(ZoneId zone, int digits) {
        return new ResetPeriod(Unit.MONTH, zone, digits);
    }

    /**
     * Numbers that begin again each year.
     *
     * @param zone whose years
     * @param digits how many digits count, from 1 to 14
     * @return the period
     */
    public static ResetPeriod yearly(ZoneId zone, int digits) {
        return new ResetPeriod(Unit.YEAR, zone, digits);
    }

    /**
     * Returns the period that an instant lies in. A date that a zone has twice, since its clocks were set back over midnight,
     * has ended when the next one begins for the first time.
     *
     * @param instant an instant of the years 1000 to 9998
     * @return its period, which ends after the instant
     * @throws IllegalArgumentException if the year is another
     */
    public Period at(Instant instant) {
        LocalDate start = unit.startOf(requireYear(LocalDate.ofInstant(instant, zone)));
        while (!endOf(start).isAfter(instant)) {
            start = unit.after(start);
        }
        return period(start);
    }

    private static LocalDate requireYear(LocalDate date) {
        if (date.getYear() < 1000 || date.getYear() > 9998) {
            throw new IllegalArgumentException("year must be in [1000, 9998]: year=" + date.getYear());
        }
        return date;
    }

    /** The first moment of the next period's date: not always midnight, where a zone leaves that out. */
    private Instant endOf(LocalDate start) {
        return unit.after(start).atStartOfDay(zone).toInstant();
    }

    /**
     * Returns the period that a number belongs to by its date.
     *
     * @param number a number of this kind
     * @return its period
     * @throws IllegalArgumentException if it does not begin with a date
     */
    public Period of(long number) {
        try {
            return period(requireYear(unit.date(number / span())));
        } catch (IllegalArgumentException | ArithmeticException | DateTimeException e) {
            throw new IllegalArgumentException("number must begin with a date: number=" + number, e);
        }
    }

    private Period period(LocalDate start) {
        long before = unit.number(start) * span();
        return new Period(before + 1, before + span() - 1, endOf(start));
    }

    private long span() {
        long span = 1;
        for (int i = 0; i < digits; i++) {
            span *= 10;
        }
        return span;
    }

    /**
     * Returns the form that a store keeps, for example {@code day Europe/Berlin 6}.
     *
     * @return the text, which {@link #parse} reads
     */
    public String text() {
        return unit.name().toLowerCase(Locale.ROOT) + " " + zone.getId() + " " + digits;
    }

    /**
     * Reads what {@link #text()} wrote.
     *
     * @param text exactly as it was written: unit, zone and digits, each after one space
     * @return the period
     * @throws IllegalArgumentException if it is not of that form
     */
    public static ResetPeriod parse(String text) {
        String[] parts = text.split(" ", -1);
        try {
            if (parts.length == 3) {
                Unit unit = Unit.valueOf(parts[0].toUpperCase(Locale.ROOT));
                ResetPeriod period = new ResetPeriod(unit, ZoneId.of(parts[1]), Integer.parseInt(parts[2]));
                if (period.text().equals(text)) {
                    return period;
                }
            }
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new IllegalArgumentException(
                    "reset must be unit, zone and digits such as 'day Europe/Berlin 6': reset=" + Printable.of(text),
                    e);
        }
        throw new IllegalArgumentException(
                "reset must be unit, zone and digits such as 'day Europe/Berlin 6': reset=" + Printable.of(text));
    }
}
