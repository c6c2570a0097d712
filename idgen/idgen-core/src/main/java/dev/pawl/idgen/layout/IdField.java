package dev.pawl.idgen.layout;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * One field of a layout. Immutable.
 *
 * @param kind what the field counts
 * @param name the name that {@link DecodedId} shows it under, lower-case letters, digits and dashes
 * @param bits its width, from 1 to 62
 */
public record IdField(Kind kind, String name, int bits) {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,31}");

    /** What a field counts. */
    public enum Kind {
        /** Units of time since the layout's epoch. */
        TICK,
        /** The worker id, or a part of it. */
        WORKER,
        /** Ids inside one tick. */
        SEQUENCE
    }

    /** Checks name and width. */
    public IdField {
        Objects.requireNonNull(kind, "kind");
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("name must match " + NAME.pattern() + ": name=" + name);
        }
        if (bits < 1 || bits > 62) {
            throw new IllegalArgumentException("bits must be in [1, 62]: field=" + name + ", bits=" + bits);
        }
    }

    /**
     * Makes the field that holds the time.
     *
     * @param bits its width
     * @return the field
     */
    public static IdField tick(int bits) {
        return new IdField(Kind.TICK, "tick", bits);
    }

    /**
     * Makes a field that holds the worker id or, where the layout has several, a part of it: the highest part first.
     *
     * @param name its name
     * @param bits its width
     * @return the field
     */
    public static IdField worker(String name, int bits) {
        return new IdField(Kind.WORKER, name, bits);
    }

    /**
     * Makes the field that counts inside one tick.
     *
     * @param bits its width
     * @return the field
     */
    public static IdField sequence(int bits) {
        return new IdField(Kind.SEQUENCE, "sequence", bits);
    }

    /** Returns the form that {@link IdLayout#fingerprint()} uses, for example {@code worker=datacenter:5}. */
    @Override
    public String toString() {
        return kind == Kind.WORKER ? "worker=" + name + ":" + bits : name + ":" + bits;
    }
}
