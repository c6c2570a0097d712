package dev.pawl.etcd;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;

/**
 * The keys of one namespace: {@code <namespace>/<kind>/<name>}, and below it what a name has several of. A namespace and a name are any
 * text of 1 to 512 bytes of UTF-8, written with every byte outside {@code A-Za-z0-9._:-} as {@code %XX}: so {@code a} and
 * {@code a/b} never touch, although etcd has no folders. Kinds are ours. Immutable and thread-safe.
 */
public final class EtcdKeys {

    private static final int LONGEST = 512;
    private static final String PLAIN = "._:-";
    private static final String HEX = "0123456789ABCDEF";

    private final String namespace;
    private final String prefix;

    /**
     * Makes the keys of a namespace.
     *
     * @param namespace what all keys begin with
     * @throws IllegalArgumentException if it is empty, longer than 512 bytes of UTF-8, or no well-formed text
     */
    public EtcdKeys(String namespace) {
        this.namespace = namespace;
        this.prefix = encode("namespace", namespace) + "/";
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
     * Returns how all keys of a kind begin.
     *
     * @param kind what is stored there, of {@code a-z} and {@code -}
     * @return the beginning, with a slash at its end
     */
    public String prefix(String kind) {
        return prefix + kind + "/";
    }

    /**
     * Returns the key of a name.
     *
     * @param kind what is stored there, of {@code a-z} and {@code -}
     * @param name any text of 1 to 512 bytes of UTF-8
     * @return the key
     * @throws IllegalArgumentException if the name is too long, empty, or no well-formed text
     */
    public String key(String kind, String name) {
        return prefix(kind) + encode("name", name);
    }

    /**
     * Returns the name that a key was made of.
     *
     * @param kind what is stored there
     * @param key a key of a name, or one below it
     * @return the name, or nothing if the key is not one of this namespace and kind
     */
    public Optional<String> name(String kind, String key) {
        String start = prefix(kind);
        if (!key.startsWith(start)) {
            return Optional.empty();
        }
        int end = key.indexOf('/', start.length());
        String encoded = key.substring(start.length(), end < 0 ? key.length() : end);
        // A stranger's key may decode as well, even to a name that has a key of ours.
        return decode(encoded).filter(name -> encode("name", name).equals(encoded));
    }

    /**
     * Returns the bytes of a key.
     *
     * @param key the key
     * @return its bytes
     */
    public static ByteString bytes(String key) {
        return ByteString.copyFromUtf8(key);
    }

    /**
     * Returns the end of the range of all keys that begin with a text.
     *
     * @param prefix the beginning; its last character must be below 127
     * @return the least key behind them
     */
    public static ByteString end(String prefix) {
        int last = prefix.length() - 1;
        return bytes(prefix.substring(0, last) + (char) (prefix.charAt(last) + 1));
    }

    private static boolean isPlain(int b) {
        return (b >= 'a' && b <= 'z')
                || (b >= 'A' && b <= 'Z')
                || (b >= '0' && b <= '9')
                || (b < 128 && PLAIN.indexOf(b) >= 0);
    }

    private static String encode(String what, String text) {
        Objects.requireNonNull(text, what);
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
            if (isPlain(b)) {
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
            String name =
                    StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
            return name.isEmpty() || bytes.limit() > LONGEST ? Optional.empty() : Optional.of(name);
        } catch (CharacterCodingException | NumberFormatException | IndexOutOfBoundsException e) {
            return Optional.empty(); // not written by us
        }
    }
}
