package dev.pawl.idgen.codec;

import dev.pawl.idgen.spi.Printable;
import java.util.regex.Pattern;

/** Where separators stand in a text of a fixed length: {@code #} is a character of the text. */
record Mask(String pattern) {

    private static final Pattern PATTERN = Pattern.compile("[-#._:/ ]{1,64}");

    Mask {
        if (!PATTERN.matcher(pattern).matches()) {
            throw new IllegalArgumentException(
                    "mask must be 1 to 64 characters # - . _ : / or space: mask=" + Printable.of(pattern));
        }
    }

    int width() {
        return (int) pattern.chars().filter(c -> c == '#').count();
    }

    String apply(String text) {
        StringBuilder masked = new StringBuilder(pattern);
        for (int i = 0, next = 0; i < pattern.length(); i++) {
            if (pattern.charAt(i) == '#') {
                masked.setCharAt(i, text.charAt(next++));
            }
        }
        return masked.toString();
    }

    String remove(String masked) {
        boolean fits = masked.length() == pattern.length();
        StringBuilder text = new StringBuilder();
        for (int i = 0; fits && i < pattern.length(); i++) {
            if (pattern.charAt(i) == '#') {
                text.append(masked.charAt(i));
            } else {
                fits = pattern.charAt(i) == masked.charAt(i);
            }
        }
        if (!fits) {
            throw Rules.refused("id text must be of the form " + pattern, masked);
        }
        return text.toString();
    }
}
