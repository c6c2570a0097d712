package dev.pawl.idgen.server;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The API keys that are let in. Only their SHA-256 is known here. A key is 256 random bits, so a plain fast hash is
 * enough: there is nothing to guess by dictionary. Immutable.
 */
final class ApiKeys {

    private static final String PREFIX = "pawl_";

    private final List<byte[]> hashes;

    /**
     * Makes the set.
     *
     * @param hashes the keys' SHA-256, 32 bytes each; none means that no key is demanded
     */
    ApiKeys(List<byte[]> hashes) {
        this.hashes = hashes.stream().map(byte[]::clone).toList();
    }

    boolean demanded() {
        return !hashes.isEmpty();
    }

    /** Whether a key is one of ours; takes the same time for every key that is not. */
    boolean contains(String key) {
        byte[] hash = hash(key);
        boolean found = false;
        for (byte[] known : hashes) {
            found |= MessageDigest.isEqual(known, hash);
        }
        return found;
    }

    static byte[] hash(String key) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
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
