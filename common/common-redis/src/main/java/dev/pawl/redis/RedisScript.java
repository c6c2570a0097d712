package dev.pawl.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;

/**
 * A Lua script for Redis, with the digest by which the server knows it. Immutable and thread-safe; load it once.
 *
 * <p>Scripts of Pawl take every key through {@code KEYS}, all in one slot, return an integer, a string or an array of
 * these, and return an error of their own only before they write.
 */
public final class RedisScript {

    private final String name;
    private final String text;
    private final String sha1;

    RedisScript(String name, String text) {
        this.name = Objects.requireNonNull(name, "name");
        this.text = Objects.requireNonNull(text, "text");
        this.sha1 = digest(text);
    }

    /**
     * Loads a script from a file beside a class.
     *
     * @param owner the class
     * @param resource the file's name, as {@link Class#getResourceAsStream} takes it
     * @return the script
     * @throws IllegalArgumentException if there is no such file
     * @throws UncheckedIOException if it cannot be read
     */
    public static RedisScript of(Class<?> owner, String resource) {
        try (InputStream in = owner.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalArgumentException(
                        "script must lie beside " + owner.getName() + ": resource=" + resource);
            }
            return new RedisScript(resource, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Makes one script of two: the text of this one, which does not return at its end, and then that of another.
     *
     * @param next what follows
     * @return the script, named after both
     */
    public RedisScript followedBy(RedisScript next) {
        return new RedisScript(name + "+" + next.name, text + "\n" + next.text);
    }

    /**
     * Returns what errors call the script.
     *
     * @return the file's name
     */
    public String name() {
        return name;
    }

    /**
     * Returns the script itself.
     *
     * @return its Lua text
     */
    public String text() {
        return text;
    }

    /**
     * Returns the digest for EVALSHA.
     *
     * @return 40 hexadecimal digits, in lower case
     */
    public String sha1() {
        return sha1;
    }

    @Override
    public String toString() {
        return name;
    }

    private static String digest(String text) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            return HexFormat.of().formatHex(sha1.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-1", e);
        }
    }
}
