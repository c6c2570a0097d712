package dev.pawl.idgen.layout;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;

/** Reads a layout from text. */
final class LayoutText {

    private LayoutText() {}

    static IdLayout parse(String text) {
        String[] parts = text.split(";", -1);
        if (parts.length != 3) {
            throw refused(text, null);
        }
        try {
            IdField[] fields = Arrays.stream(parts[0].split(",", -1))
                    .map(LayoutText::field)
                    .toArray(IdField[]::new);
            return new IdLayout(Duration.parse(parts[1]), Instant.parse(parts[2]), fields);
        } catch (DateTimeException | NumberFormatException e) {
            throw refused(text, e);
        }
    }

    private static IdField field(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("a field must be name:bits: field=" + text);
        }
        String name = text.substring(0, colon);
        int bits = Integer.parseInt(text.substring(colon + 1));
        if (name.startsWith("worker=")) {
            return IdField.worker(name.substring("worker=".length()), bits);
        }
        return switch (name) {
            case "tick" -> IdField.tick(bits);
            case "sequence" -> IdField.sequence(bits);
            default ->
                throw new IllegalArgumentException("a field must be tick, sequence or worker=<name>: field=" + text);
        };
    }

    private static IllegalArgumentException refused(String text, @org.jspecify.annotations.Nullable Exception cause) {
        return new IllegalArgumentException(
                "a layout must be <field:bits,...>;<tick length>;<epoch>: layout=" + text, cause);
    }
}
