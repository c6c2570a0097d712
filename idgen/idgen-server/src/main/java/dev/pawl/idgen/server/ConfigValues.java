package dev.pawl.idgen.server;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads single values of the configuration, strictly. The message of a failure is the rule: "must be ...". */
final class ConfigValues {

    private static final Pattern SHORT = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

    private ConfigValues() {}

    static @Nullable Duration duration(String text) {
        if (text.isEmpty()) {
            return null;
        }
        Matcher matcher = SHORT.matcher(text);
        if (matcher.matches()) {
            return Duration.of(Long.parseLong(matcher.group(1)), unit(matcher.group(2)));
        }
        try {
            return Duration.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("must be a duration such as 500ms, 10s, 5m, 1h or PT1M30S");
        }
    }

    private static ChronoUnit unit(String suffix) {
        return switch (suffix) {
            case "ms" -> ChronoUnit.MILLIS;
            case "s" -> ChronoUnit.SECONDS;
            case "m" -> ChronoUnit.MINUTES;
            case "h" -> ChronoUnit.HOURS;
            // A day of 24 hours.
            default -> ChronoUnit.DAYS;
        };
    }

    static @Nullable Instant instant(String text) {
        try {
            return text.isEmpty() ? null : Instant.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("must be an instant such as 2025-01-01T00:00:00Z");
        }
    }

    static @Nullable Boolean bool(String text) {
        return switch (text) {
            case "" -> null;
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("must be true or false");
        };
    }

    static @Nullable Integer integer(String text) {
        Long number = longNumber(text);
        if (number != null && number != number.intValue()) {
            throw new IllegalArgumentException("must be a whole number below 2^31");
        }
        return number == null ? null : number.intValue();
    }

    static @Nullable Long longNumber(String text) {
        if (text.isEmpty()) {
            return null;
        }
        if (!text.matches("-?\\d{1,19}")) {
            throw new IllegalArgumentException("must be a whole number");
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("must be a whole number below 2^63");
        }
    }
}
