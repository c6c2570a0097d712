package dev.pawl.idgen.spi;

import java.util.Locale;

/**
 * Makes text from outside fit for a message or a log line: printable ASCII, the rest as code points, cut after 64
 * characters. Stateless, thread-safe.
 */
public final class Printable {

    private static final int GREATEST_LENGTH = 64;

    private Printable() {}

    /**
     * Returns the text as it may be shown.
     *
     * @param text any text
     * @return its beginning without control characters, and its length if it was cut
     */
    public static String of(String text) {
        StringBuilder printable = new StringBuilder();
        text.codePoints().limit(GREATEST_LENGTH).forEach(c -> {
            if (c >= ' ' && c < 0x7f) {
                printable.append((char) c);
            } else {
                printable.append(String.format(Locale.ROOT, "\\u{%x}", c));
            }
        });
        return printable + (text.length() > GREATEST_LENGTH ? "… (" + text.length() + " characters)" : "");
    }
}
