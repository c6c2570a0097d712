package dev.pawl.delay.spi;

import java.util.Arrays;
import java.util.Objects;

/**
 * What a job carries: bytes that a store keeps and understands nothing of. Immutable as long as nobody writes to the arrays, which
 * are not copied.
 */
public final class JobBody {

    private final byte[] bytes;

    private JobBody(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Wraps bytes.
     *
     * @param bytes the bytes, which must not be changed afterwards
     * @return the body
     */
    public static JobBody of(byte[] bytes) {
        return new JobBody(Objects.requireNonNull(bytes, "bytes"));
    }

    /**
     * Returns the bytes.
     *
     * @return the bytes themselves, which must not be changed
     */
    public byte[] bytes() {
        return bytes;
    }

    /**
     * Returns how many bytes it has.
     *
     * @return zero or more
     */
    public int size() {
        return bytes.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof JobBody body && Arrays.equals(bytes, body.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** Returns the size, and nothing of what may be secret. */
    @Override
    public String toString() {
        return "JobBody[bytes=" + bytes.length + "]";
    }
}
