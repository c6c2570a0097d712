package dev.pawl.idgen.spi;

import java.util.Locale;

/** Makes text from outside fit for a message or a log line: no control characters, no endless length. */
final class Printable {

    private static final int GREATEST_LENGTH = 64;

    private Printable() {}

    static String of(String text) {
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
