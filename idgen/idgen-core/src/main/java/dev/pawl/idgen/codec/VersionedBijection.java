package dev.pawl.idgen.codec;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * A {@link KeyedBijection} whose key can be changed: the number's first decimal digit is the version of its key, the
 * other digits are permuted by that key. Numbers of different versions differ in that digit, so they never repeat each
 * other, and each says by itself which key leads back. Every number has exactly the given digits, none begins with 0.
 *
 * <p>The promise is that of {@link KeyedBijection}, with a domain a tenth of the numbers, and two differences: the version
 * is for all to see, and an id has one image under each key, all of which {@link #invert} takes.
 *
 * <p>To change the key: give all instances the new key first, the old version still current; then make the new version
 * current. Keep old keys as long as their numbers are in use. Immutable and thread-safe; never blocks.
 */
public final class VersionedBijection implements IdMapping {

    private static final int GREATEST_VERSION = 9;

    private final long span;
    private final Map<Integer, KeyedBijection> versions;
    private final int currentVersion;
    private final KeyedBijection current;

    private VersionedBijection(
            long span, Map<Integer, KeyedBijection> versions, int currentVersion, KeyedBijection current) {
        this.span = span;
        this.versions = versions;
        this.currentVersion = currentVersion;
        this.current = current;
    }

    /**
     * Returns the mapping with these keys.
     *
     * @param digits of the mapped numbers, the version's included, from 7 to 18; ids have one digit fewer
     * @param keys by version, from 1 to 9; each 16 or 32 bytes from a random source, kept secret; copied
     * @param current the version that {@link #apply} uses
     * @return the mapping
     * @throws IllegalArgumentException if digits or a version are out of bounds, a key has another length, two versions
     *     have one key, or there is no current one
     * @throws IllegalStateException if this Java runtime has no AES
     */
    public static VersionedBijection digits(int digits, Map<Integer, byte[]> keys, int current) {
        if (digits < 7 || digits > 18) {
            throw new IllegalArgumentException("digits must be in [7, 18]: digits=" + digits);
        }
        requireDifferent(keys);
        Map<Integer, KeyedBijection> versions = new TreeMap<>();
        keys.forEach((version, key) -> {
            if (version < 1 || version > GREATEST_VERSION) {
                throw new IllegalArgumentException(
                        "version must be in [1, " + GREATEST_VERSION + "]: version=" + version);
            }
            versions.put(version, KeyedBijection.digits(digits - 1, key));
        });
        KeyedBijection ofCurrent = versions.get(current);
        if (ofCurrent == null) {
            throw new IllegalArgumentException(
                    "current must be the version of a key: current=" + current + ", versions=" + versions.keySet());
        }
        return new VersionedBijection(Radix.DECIMAL.maxId(digits - 1) + 1, versions, current, ofCurrent);
    }

    private static void requireDifferent(Map<Integer, byte[]> keys) {
        for (int one : keys.keySet()) {
            for (int other : keys.keySet()) {
                if (one < other && Arrays.equals(keys.get(one), keys.get(other))) {
                    throw new IllegalArgumentException(
                            "versions must have different keys: versions=" + one + ", " + other);
                }
            }
        }
    }

    @Override
    public long apply(long id) {
        return currentVersion * span + current.apply(id);
    }

    @Override
    public long invert(long mapped) {
        Rules.requireWithin("mapped", mapped, maxMapped());
        KeyedBijection version = versions.get((int) (mapped / span));
        if (version == null) {
            throw new IllegalArgumentException("the first of "
                    + Long.toString(maxMapped()).length() + " digits must be the version of a key: versions="
                    + versions.keySet() + ", mapped=" + mapped);
        }
        return version.invert(mapped % span);
    }

    @Override
    public long maxId() {
        return span - 1;
    }

    @Override
    public long maxMapped() {
        return 10 * span - 1;
    }
}
