package dev.pawl.idgen.codec;

import dev.pawl.idgen.layout.IdLayout;

/**
 * A text for every id, and the id for that text: {@code decode(encode(id)) == id} for every id in
 * {@code [0, maxId()]}, and {@code decode} accepts no other text for that id. Two exceptions say so where they are made:
 * the letters that {@link #crockford32()} reads as others, and the older keys of a {@link VersionedBijection}.
 *
 * <pre>{@code
 * IdCodec.decimal()                                                42
 * IdCodec.decimal().padded(8)                                      00000042
 * IdCodec.base62().padded()                                        0000000000g
 * IdCodec.crockford32().padded(8).withCheck().withPrefix("INV-")   INV-0000001A5
 * IdCodec.decimal().padded(14).grouped("####-##-##-######")        2026-11-21-000042
 * IdCodec.dated(IdLayout.SNOWFLAKE)                                20261121131730192-5-17
 * }</pre>
 *
 * <p>Codecs made here are immutable and thread-safe, never block, and read no clock. Implementations must be too.
 */
public interface IdCodec {

    /**
     * Returns the text of an id.
     *
     * @param id from 0 to {@link #maxId()}
     * @return the text
     * @throws IllegalArgumentException if there is no text for this id
     */
    String encode(long id);

    /**
     * Returns the id of a text.
     *
     * @param text a text of this codec
     * @return the id, from 0 to {@link #maxId()}
     * @throws IllegalArgumentException if {@link #encode} gives this text for no id: it is malformed, not in its one
     *     form, its check characters are wrong, or the id would lie beyond {@link #maxId()}; the message names the rule
     *     and the text, cut after 64 characters
     */
    long decode(String text);

    /**
     * Returns the greatest id that has a text.
     *
     * @return at most {@link Long#MAX_VALUE}
     */
    long maxId();

    /**
     * Returns the codec that puts a fixed text before this one's. A check made before does not cover it: it is compared
     * as it stands, upper and lower case differ.
     *
     * @param prefix 1 to 32 printable ASCII characters without space, for example {@code INV-}
     * @return the codec
     * @throws IllegalArgumentException if the prefix has other characters or another length
     */
    default IdCodec withPrefix(String prefix) {
        return new PrefixCodec(prefix, this);
    }

    /**
     * Returns the codec whose texts are this one's for the mapped ids: those that a {@link KeyedBijection} makes
     * unpredictable, for example.
     *
     * @param mapping applied before encoding, inverted after decoding
     * @return the codec; its greatest id is the mapping's
     * @throws IllegalArgumentException if a mapped id can be greater than {@link #maxId()}
     */
    default IdCodec over(IdMapping mapping) {
        return new MappedCodec(mapping, this);
    }

    /**
     * Returns the decimal codec, {@code 0} to {@code 9}.
     *
     * @return without padding, check digit or groups
     */
    static RadixCodec decimal() {
        return new RadixCodec(Radix.DECIMAL);
    }

    /**
     * Returns the codec to base 36, {@code 0} to {@code 9} before {@code A} to {@code Z}. Lower case is refused.
     *
     * @return without padding, check character or groups
     */
    static RadixCodec base36() {
        return new RadixCodec(Radix.BASE36);
    }

    /**
     * Returns the codec to base 62, {@code 0} to {@code 9} before {@code A} to {@code Z} before {@code a} to {@code z}:
     * ASCII order. Many databases compare text without regard to case; there base 62 is neither ordered nor unique.
     *
     * @return without padding, check characters or groups
     */
    static RadixCodec base62() {
        return new RadixCodec(Radix.BASE62);
    }

    /**
     * Returns the codec to Douglas Crockford's base 32: the digits and the upper case letters without I, L, O and U.
     * Decoding also takes lower case, I and L as 1, and O as 0, so here several texts lead to one id. Hyphens are read
     * only where {@link RadixCodec#grouped} puts them.
     *
     * @return without padding, check symbol or groups
     * @see <a href="https://www.crockford.com/base32.html">Base 32, Douglas Crockford</a>
     */
    static RadixCodec crockford32() {
        return new RadixCodec(Radix.CROCKFORD32);
    }

    /**
     * Returns the codec that shows when, by which worker, and as which of the tick a time-ordered id was made:
     * {@code 20261121131730192-5-17}. The instant is the beginning of the id's tick in UTC, from year to the smallest
     * unit that a tick of this layout can begin at, a millisecond at the finest; worker id and sequence have no leading
     * zeros, so the order of the texts is not the order of the ids.
     *
     * @param layout the layout of the ids
     * @return the codec of all ids of the layout
     * @throws IllegalArgumentException if the layout has ids beyond the year 9999
     */
    static IdCodec dated(IdLayout layout) {
        return new DatedCodec(layout);
    }
}
