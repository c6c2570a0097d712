package dev.pawl.fencing;

import java.io.Serializable;
import java.util.Objects;

/**
 * A number that only rises from grant to grant, and who counts it: what a holder shows to the resource, so that a
 * {@link FenceGuard} there can tell it from whoever came after. Immutable.
 *
 * <p>Numbers of different issuers are never compared: each lock counts by itself, and a move from one store to another
 * begins another count. {@link #issuer(String, String, String)} makes the issuer of a lock.
 *
 * @param issuer who counts: 1 to 1024 bytes of UTF-8, {@code "redis/shop/invoice-7"}
 * @param kind what the holder was granted
 * @param value the number of the grant, in [1, 2<sup>63</sup> - 1]
 * @param floor of a permit the least number among the permits alive when it was granted, in [1, {@code value}]; of the
 *     other kinds {@code value}
 */
public record FencingToken(String issuer, Kind kind, long value, long floor) implements Serializable {

    /** What a grant allows others. */
    public enum Kind {
        /** The holder is alone. */
        EXCLUSIVE,
        /** Other readers may hold at the same time, no writer. */
        READ,
        /** Other permits of the same semaphore may be held at the same time. */
        PERMIT
    }

    /** Checks issuer and numbers. */
    public FencingToken {
        TokenText.requireIssuer(issuer);
        Objects.requireNonNull(kind, "kind");
        if (value < 1) {
            throw new IllegalArgumentException("value must be in [1, 2^63 - 1]: value=" + value);
        }
        if (kind == Kind.PERMIT ? floor < 1 || floor > value : floor != value) {
            throw new IllegalArgumentException("floor must be " + (kind == Kind.PERMIT ? "in [1, value]" : "the value")
                    + ": floor=" + floor + ", value=" + value + ", kind=" + kind);
        }
    }

    /**
     * Makes the token of a holder who is alone.
     *
     * @param issuer who counts
     * @param value the number of the grant
     * @return the token
     * @throws IllegalArgumentException if issuer or value are out of range
     */
    public static FencingToken exclusive(String issuer, long value) {
        return new FencingToken(issuer, Kind.EXCLUSIVE, value, value);
    }

    /**
     * Makes the token of a reader.
     *
     * @param issuer who counts, the same as for the writers of the lock
     * @param value the number of the grant
     * @return the token
     * @throws IllegalArgumentException if issuer or value are out of range
     */
    public static FencingToken read(String issuer, long value) {
        return new FencingToken(issuer, Kind.READ, value, value);
    }

    /**
     * Makes the token of one permit of a semaphore.
     *
     * @param issuer who counts
     * @param value the number of the grant
     * @param floor the least number among the permits alive when it was granted, its own included
     * @return the token
     * @throws IllegalArgumentException if issuer, value or floor are out of range
     */
    public static FencingToken permit(String issuer, long value, long floor) {
        return new FencingToken(issuer, Kind.PERMIT, value, floor);
    }

    /**
     * Names the issuer of a lock: backend, namespace and name with slashes between them. Slashes and percent signs of
     * the first two are encoded, so that different locks never have one issuer.
     *
     * @param backend the kind of store, {@code "redis"}
     * @param namespace what keeps users of one store apart, may be empty
     * @param name the lock's name, as it is
     * @return the issuer
     * @throws IllegalArgumentException if the issuer would be longer than 1024 bytes, or is no valid Unicode
     */
    public static String issuer(String backend, String namespace, String name) {
        return TokenText.requireIssuer(TokenText.segment(backend) + '/' + TokenText.segment(namespace) + '/' + name);
    }

    /**
     * Writes the token as printable ASCII without spaces, for a header, a column or a log line: version, kind, value, of
     * a permit also the floor, and the issuer in percent-encoding: {@code "1;exclusive;33;redis/shop/invoice-7"}. Equal
     * tokens have equal texts, and no others have.
     *
     * @return the text, at most 3,200 characters long
     */
    public String text() {
        return TokenText.write(this);
    }

    /**
     * Reads what {@link #text()} has written, and nothing else.
     *
     * @param text the text
     * @return the token
     * @throws IllegalArgumentException if it is not the text of a token, or of a version that is not known here
     */
    public static FencingToken parse(String text) {
        return TokenText.read(text);
    }

    /** Returns {@link #text()}. */
    @Override
    public String toString() {
        return text();
    }
}
