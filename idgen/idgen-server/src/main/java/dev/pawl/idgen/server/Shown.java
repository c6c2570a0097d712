package dev.pawl.idgen.server;

/** Makes a value from outside fit to be shown in an answer, a message or a log line: short, printable, no markup. */
final class Shown {

    private static final int GREATEST_LENGTH = 64;
    private static final String PLAIN = "._:+,;=@* -";

    private Shown() {}

    static String of(String value) {
        StringBuilder shown = new StringBuilder();
        value.codePoints().limit(GREATEST_LENGTH).forEach(c -> {
            if (c < 0x7f && (Character.isLetterOrDigit(c) || PLAIN.indexOf(c) >= 0)) {
                shown.append((char) c);
            } else {
                shown.append("\\u{").append(Integer.toHexString(c)).append('}');
            }
        });
        return value.length() > GREATEST_LENGTH ? shown + "... (" + value.length() + " characters)" : shown.toString();
    }
}
