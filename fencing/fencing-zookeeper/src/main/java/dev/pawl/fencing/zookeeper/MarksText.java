package dev.pawl.fencing.zookeeper;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.fencing.FenceMarks;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What the node of a resource says: {@code <format version> <floor> <top> <issuer>}, the issuer as it is, up to the end. */
final class MarksText {

    private static final String FORMAT_VERSION = "1";

    private MarksText() {}

    static byte[] of(FenceMarks marks) {
        String text = FORMAT_VERSION
                + ' '
                + marks.floor()
                + ' '
                + marks.top()
                + ' '
                + marks.issuer().orElse("");
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static FenceMarks read(String path, byte[] data) {
        String[] words = new String(data, StandardCharsets.UTF_8).split(" ", 4);
        if (words.length < 4 || !words[0].equals(FORMAT_VERSION)) {
            throw new BackendException(
                    "format version of the marks must be 1: path=" + path + ", version=" + words[0],
                    Outcome.NOT_APPLIED,
                    null);
        }
        return words[3].isEmpty()
                ? FenceMarks.NONE
                : new FenceMarks(Optional.of(words[3]), Long.parseLong(words[1]), Long.parseLong(words[2]));
    }
}
