package dev.pawl.idgen.server;

import org.jspecify.annotations.Nullable;

/** Makes a value from outside fit to be shown in an answer, a message or a log line: short, printable, no markup. */
final class Shown {

    private static final int GREATEST_LENGTH = 64;
    private static final int GREATEST_PATH = 512;
    private static final String PLAIN = "._:+,;=@* -";

    private Shown() {}

    static String of(String value) {
        return of(value, GREATEST_LENGTH);
    }

    /** As {@link #of(String)}, of another greatest length. */
    static String of(String value, int greatest) {
        StringBuilder shown = new StringBuilder();
        value.codePoints().limit(greatest).forEach(c -> {
            if (c < 0x7f && (Character.isLetterOrDigit(c) || PLAIN.indexOf(c) >= 0)) {
                shown.append((char) c);
            } else {
                shown.append("\\u{").append(Integer.toHexString(c)).append('}');
            }
        });
        return value.length() > greatest ? shown + "... (" + value.length() + " characters)" : shown.toString();
    }

    /** A request's path for a log line: longer, and with its own marks; what is not printable is escaped. */
    static String path(@Nullable String path) {
        if (path == null) {
            return "-";
        }
        StringBuilder shown = new StringBuilder();
        path.codePoints().limit(GREATEST_PATH).forEach(c -> {
            if (c > ' ' && c < 0x7f) {
                shown.append((char) c);
            } else {
                shown.append("\\u{").append(Integer.toHexString(c)).append('}');
            }
        });
        return path.length() > GREATEST_PATH ? shown + "...(" + path.length() + ")" : shown.toString();
    }
}
