package dev.pawl.idgen.server;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The API keys that are let in. Only their SHA-256 is known here. A key is 256 random bits, so a plain fast hash is
 * enough: there is nothing to guess by dictionary. Immutable.
 */
final class ApiKeys {

    private static final String PREFIX = "pawl_";

    private final List<Key> all;

    /** By the hash's first eight bytes, which tell nothing of the key. */
    private final Map<Long, List<Key>> byHash = new HashMap<>();

    /**
     * Makes the set.
     *
     * @param keys the keys; none means that no key is demanded
     */
    ApiKeys(Collection<Key> keys) {
        this.all = List.copyOf(keys);
        for (Key key : all) {
            byHash.computeIfAbsent(head(key.sha256()), head -> new ArrayList<>(1))
                    .add(key);
        }
    }

    boolean demanded() {
        return !all.isEmpty();
    }

    Collection<Key> all() {
        return all;
    }

    /** The key of a hash; the hashes are compared in constant time. */
    Optional<Key> find(byte[] sha256) {
        for (Key key : byHash.getOrDefault(head(sha256), List.of())) {
            if (key.hasHash(sha256)) {
                return Optional.of(key);
            }
        }
        return Optional.empty();
    }

    private static long head(byte[] sha256) {
        return ByteBuffer.wrap(sha256).getLong();
    }

    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    static byte[] hash(String key) {
        return digest().digest(key.getBytes(StandardCharsets.UTF_8));
    }

    /** Makes a key, and the lines that say how to use it. */
    static List<String> newKey() {
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        String key = PREFIX + HexFormat.of().formatHex(random);
        List<String> lines = new ArrayList<>();
        lines.add("key:    " + key);
        lines.add("sha256: " + HexFormat.of().formatHex(hash(key)));
        return lines;
    }
}
