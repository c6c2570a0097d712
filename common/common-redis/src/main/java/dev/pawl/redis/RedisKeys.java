package dev.pawl.redis;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;

/**
 * The keys of one namespace. The key of a name is {@code <namespace>:<kind>:{<name>}}, with {@code :<part>} behind it where a name has
 * several: the braces put all keys of a name into one slot of a Cluster.
 *
 * <p>A namespace and a name are any text of 1 to 512 bytes of UTF-8. They are written with every byte outside
 * {@code A-Za-z0-9._:-} as {@code %XX}, so that two names never meet in one key and no name can leave its braces. Kinds and parts
 * are ours, of {@code a-z} and {@code -}. Immutable and thread-safe.
 */
public final class RedisKeys {

    private static final int LONGEST = 512;
    private static final boolean[] PLAIN = table("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:-");
    private static final String HEX = "0123456789ABCDEF";
    private static final String GLOB = "*?[]\\^-";

    private final String namespace;
    private final String prefix;

    /**
     * Makes the keys of a namespace.
     *
     * @param namespace what all keys begin with
     * @throws IllegalArgumentException if it is empty, longer than 512 bytes of UTF-8, or no well-formed text
     */
    public RedisKeys(String namespace) {
        this.namespace = namespace;
        this.prefix = encode("namespace", namespace) + ":";
    }

    /**
     * Returns the namespace.
     *
     * @return as it was given
     */
    public String namespace() {
        return namespace;
    }

    /**
     * Returns the key of a name.
     *
     * @param kind what is stored there, for example {@code lock}
     * @param name any text of 1 to 512 bytes of UTF-8
     * @return the key
     * @throws IllegalArgumentException if the name is too long, empty, or no well-formed text
     */
    public String key(String kind, String name) {
        return prefix + checked("kind", kind) + ":{" + encode("name", name) + "}";
    }

    /**
     * Returns one of several keys of a name; all are in one slot.
     *
     * @param kind what is stored there, for example {@code lock}
     * @param name any text of 1 to 512 bytes of UTF-8
     * @param part which of the keys, for example {@code queue}
     * @return the key
     * @throws IllegalArgumentException if the name is too long, empty, or no well-formed text
     */
    public String key(String kind, String name, String part) {
        return key(kind, name) + ":" + checked("part", part);
    }

    /**
     * Returns how all keys of a kind begin, for {@link Redis#scan(String)}.
     *
     * @param kind what is stored there
     * @return the beginning
     */
    public String prefix(String kind) {
        return prefix + checked("kind", kind) + ":{";
    }

    /**
     * Returns the name that a key was made of.
     *
     * @param kind what is stored there
     * @param key a key, with or without a part
     * @return the name, or nothing if the key is not one of this namespace and kind
     */
    public Optional<String> name(String kind, String key) {
        String start = prefix(kind);
        int end = key.indexOf('}');
        return key.startsWith(start) && end > start.length()
                ? decode(key.substring(start.length(), end)).filter(name -> key.startsWith(key(kind, name)))
                : Optional.empty();
    }

    /**
     * Returns the pattern for SCAN that matches all keys with a beginning.
     *
     * @param prefix the beginning, in which no character is special
     * @return the pattern
     */
    public static String pattern(String prefix) {
        StringBuilder pattern = new StringBuilder(prefix.length() + 8);
        for (int i = 0; i < prefix.length(); i++) {
            if (GLOB.indexOf(prefix.charAt(i)) >= 0) {
                pattern.append('\\');
            }
            pattern.append(prefix.charAt(i));
        }
        return pattern.append('*').toString();
    }

    private static boolean[] table(String characters) {
        boolean[] table = new boolean[128];
        characters.chars().forEach(c -> table[c] = true);
        return table;
    }

    private static String encode(String what, String text) {
        Objects.requireNonNull(text, what);
        return isPlain(text) ? text : encodeBytes(what, text);
    }

    /** Whether it is written as it is: true of most names, and each key of a hot path asks. */
    private static boolean isPlain(String text) {
        int length = text.length();
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c >= 128 || !PLAIN[c]) {
                return false;
            }
        }
        return length >= 1 && length <= LONGEST;
    }

    private static String encodeBytes(String what, String text) {
        ByteBuffer bytes;
        try {
            bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(what + " must have no lone surrogate: " + what + "=" + text, e);
        }
        if (bytes.remaining() < 1 || bytes.remaining() > LONGEST) {
            throw new IllegalArgumentException(what + " must have 1 to " + LONGEST + " bytes of UTF-8: bytes="
                    + bytes.remaining() + ", " + what + "=" + text);
        }
        StringBuilder encoded = new StringBuilder(bytes.remaining() + 16);
        while (bytes.hasRemaining()) {
            int b = bytes.get() & 0xff;
            if (b < 128 && PLAIN[b]) {
                encoded.append((char) b);
            } else {
                encoded.append('%').append(HEX.charAt(b >> 4)).append(HEX.charAt(b & 15));
            }
        }
        return encoded.toString();
    }

    private static Optional<String> decode(String encoded) {
        ByteBuffer bytes = ByteBuffer.allocate(encoded.length());
        try {
            for (int i = 0; i < encoded.length(); i++) {
                if (encoded.charAt(i) == '%') {
                    bytes.put((byte) Integer.parseInt(encoded, i + 1, i + 3, 16));
                    i += 2;
                } else {
                    bytes.put((byte) encoded.charAt(i));
                }
            }
            return Optional.of(
                    StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString());
        } catch (CharacterCodingException | NumberFormatException | IndexOutOfBoundsException e) {
            return Optional.empty(); // not written by us
        }
    }

    private static String checked(String what, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '-' && (c < 'a' || c > 'z')) {
                throw new IllegalArgumentException(what + " must be of a-z and -: " + what + "=" + text);
            }
        }
        return text;
    }
}
