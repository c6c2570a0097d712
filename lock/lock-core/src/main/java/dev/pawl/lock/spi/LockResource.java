package dev.pawl.lock.spi;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * What is locked: a kind and a name. Resources of different kinds never touch each other, so a lock, a semaphore and an
 * election may share a name. Immutable.
 *
 * @param kind which rules hold among the holders
 * @param name any text of 1 to {@value #GREATEST_BYTES} bytes in UTF-8; names are told apart by their exact characters
 */
public record LockResource(Kind kind, String name) {

    /** The longest name, in bytes of UTF-8. */
    public static final int GREATEST_BYTES = 512;

    /** Which rules hold among the holders of a resource. */
    public enum Kind {
        /** One holder. */
        LOCK("lock"),
        /** One writer, or any number of readers. */
        READ_WRITE("read-write"),
        /** As many holders as there are permits. */
        SEMAPHORE("semaphore"),
        /** One leader. */
        ELECTION("election");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        /**
         * Returns the word that stands for the kind in stores and issuers. It never changes.
         *
         * @return lower-case letters and hyphens
         */
        public String text() {
            return text;
        }
    }

    /** Checks the name. */
    public LockResource {
        Objects.requireNonNull(kind, "kind");
        if (name.isEmpty()) {
            throw new IllegalArgumentException("name must not be empty");
        }
        int bytes = utf8Length(name);
        if (bytes > GREATEST_BYTES) {
            throw new IllegalArgumentException(
                    "name must be at most " + GREATEST_BYTES + " bytes of UTF-8: bytes=" + bytes);
        }
    }

    private static boolean isAscii(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) >= 128) {
                return false;
            }
        }
        return true;
    }

    private static int utf8Length(String name) {
        if (name.length() > GREATEST_BYTES) {
            return name.length();
        }
        if (isAscii(name)) {
            return name.length();
        }
        try {
            ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(name));
            return bytes.remaining();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("name must be valid Unicode, without lone surrogates", e);
        }
    }

    /** Returns kind and name with a slash between them: equal for equal resources, and for no others. */
    @Override
    public String toString() {
        return kind.text + "/" + name;
    }
}
