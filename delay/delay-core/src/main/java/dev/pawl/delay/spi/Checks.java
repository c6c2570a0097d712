package dev.pawl.delay.spi;

import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** The rules that several records share. */
final class Checks {

    private Checks() {}

    /** A text of 1 to {@code greatest} bytes of UTF-8. */
    static String text(String what, String text, int greatest) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException(what + " must not be empty");
        }
        int bytes = utf8Length(what, text, greatest);
        if (bytes > greatest) {
            throw new IllegalArgumentException(
                    what + " must be at most " + greatest + " bytes of UTF-8: bytes=" + bytes);
        }
        return text;
    }

    /** A batch, copied. */
    static <T> List<T> batch(String what, List<T> batch) {
        if (batch.isEmpty() || batch.size() > JobStore.GREATEST_BATCH) {
            throw new IllegalArgumentException(
                    what + " must be in [1, " + JobStore.GREATEST_BATCH + "]: " + what + "=" + batch.size());
        }
        return List.copyOf(batch);
    }

    /** A duration of zero or more, up to a bound. */
    static Duration duration(String what, Duration duration, Duration least, Duration greatest) {
        if (duration.compareTo(least) < 0 || duration.compareTo(greatest) > 0) {
            throw new IllegalArgumentException(
                    what + " must be in [" + least + ", " + greatest + "]: " + what + "=" + duration);
        }
        return duration;
    }

    private static int utf8Length(String what, String text, int greatest) {
        if (text.length() > greatest) {
            return text.length();
        }
        if (text.chars().allMatch(c -> c < 128)) {
            return text.length();
        }
        try {
            return StandardCharsets.UTF_8
                    .newEncoder()
                    .encode(CharBuffer.wrap(text))
                    .remaining();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(what + " must be valid Unicode, without lone surrogates", e);
        }
    }
}
