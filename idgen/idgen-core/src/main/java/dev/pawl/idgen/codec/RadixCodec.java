package dev.pawl.idgen.codec;

import org.jspecify.annotations.Nullable;

/**
 * Ids as numbers to a base: with a fixed width, check characters and separators if wanted, each step giving a new codec.
 * Made by {@link IdCodec#decimal()}, {@link IdCodec#base36()}, {@link IdCodec#crockford32()} and
 * {@link IdCodec#base62()}. Immutable and thread-safe; never blocks.
 */
public final class RadixCodec implements IdCodec {

    private final Radix radix;
    /** 0 without padding. */
    private final int width;

    private final boolean checked;
    private final @Nullable Mask mask;
    private final long maxId;

    RadixCodec(Radix radix) {
        this(radix, 0, false, null);
    }

    private RadixCodec(Radix radix, int width, boolean checked, @Nullable Mask mask) {
        this.radix = radix;
        this.width = width;
        this.checked = checked;
        this.mask = mask;
        this.maxId = width == 0 ? Long.MAX_VALUE : radix.maxId(width);
        int characters = width + (checked ? radix.checkWidth() : 0);
        if (mask != null && (width == 0 || mask.width() != characters)) {
            throw new IllegalArgumentException("mask must have a # for each character of a padded text: mask="
                    + mask.pattern() + ", characters=" + (width == 0 ? "any number" : characters));
        }
    }

    /**
     * Returns this codec with a fixed width, room enough for every {@code long}: 19 characters decimal, 13 to base 36 and
     * 32, 11 to base 62. The order of the texts, character by character in ASCII, is the order of the ids.
     *
     * @return the codec
     * @throws IllegalArgumentException if this codec is grouped otherwise: group last
     */
    public RadixCodec padded() {
        return padded(radix.greatestWidth());
    }

    /**
     * Returns this codec with a fixed width: shorter numbers get leading zeros, ids that need more are refused. The order
     * of the texts, character by character in ASCII, is the order of the ids.
     *
     * @param characters the width without check characters, from 1 to that of {@link #padded()}
     * @return the codec
     * @throws IllegalArgumentException if the width is out of bounds, or this codec is grouped otherwise: group last
     */
    public RadixCodec padded(int characters) {
        if (characters < 1 || characters > radix.greatestWidth()) {
            throw new IllegalArgumentException(
                    "width must be in [1, " + radix.greatestWidth() + "]: width=" + characters);
        }
        return new RadixCodec(radix, characters, checked, mask);
    }

    /**
     * Returns this codec with check characters at the end. They find every single wrong character and every swap of two
     * neighbours; other mistakes are found in all but about one of 10 texts (decimal), of 37 (base 32 and 36) or of 97
     * (base 62). Against intent they are no help: whoever can write a text can make its check characters.
     *
     * <ul>
     *   <li>decimal: one digit, H. Michael Damm's algorithm of 2004
     *   <li>base 36: one character of 0-9A-Z or {@code *}, ISO/IEC 7064 MOD 37-2
     *   <li>Crockford's base 32: one symbol, his own modulo 37, of the alphabet or {@code *~$=U}
     *   <li>base 62: two digits, ISO/IEC 7064 MOD 97-10 over the two-digit values of the characters
     * </ul>
     *
     * @return the codec
     * @throws IllegalArgumentException if this codec is grouped without room for them: group last
     */
    public RadixCodec withCheck() {
        return new RadixCodec(radix, width, true, mask);
    }

    /**
     * Returns this codec with separators: {@code ####-##-##-######} shows 20261121000042 as {@code 2026-11-21-000042}.
     * Nothing is read into the groups: whether they are a date is the id's matter.
     *
     * @param pattern a {@code #} for each character, check characters too, and {@code - . _ : /} or space between them;
     *     at most 64 characters
     * @return the codec
     * @throws IllegalArgumentException if the pattern has other characters, or not as many {@code #} as the texts of this
     *     codec have characters, or this codec is not padded
     */
    public RadixCodec grouped(String pattern) {
        return new RadixCodec(radix, width, checked, new Mask(pattern));
    }

    @Override
    public long maxId() {
        return maxId;
    }

    @Override
    public String encode(long id) {
        Rules.requireWithin("id", id, maxId);
        char[] characters = new char[radix.greatestWidth()];
        int start = characters.length;
        for (long rest = id; rest > 0 || start == characters.length; rest /= radix.base()) {
            characters[--start] = radix.characters().charAt((int) (rest % radix.base()));
        }
        while (characters.length - start < width) {
            characters[--start] = '0';
        }
        String body = new String(characters, start, characters.length - start);
        String text = checked ? body + radix.checkOf(body) : body;
        return mask == null ? text : mask.apply(text);
    }

    @Override
    public long decode(String text) {
        String plain = mask == null ? text : mask.remove(text);
        int length = plain.length() - (checked ? radix.checkWidth() : 0);
        boolean fits = width == 0 ? length >= 1 && length <= radix.greatestWidth() : length == width;
        if (!fits) {
            throw Rules.refused("id text must be " + form(), text);
        }
        String canonical = radix.canonical(plain);
        String body = canonical.substring(0, length);
        long id = valueOf(body, text);
        if (width == 0 && length > 1 && body.charAt(0) == '0') {
            throw Rules.refused("id text must have no leading zeros", text);
        }
        if (checked && !canonical.substring(length).equals(radix.checkOf(body))) {
            throw Rules.refused("id text must end with the check characters of what stands before them", text);
        }
        return id;
    }

    private long valueOf(String body, String text) {
        long id = 0;
        for (int i = 0; i < body.length(); i++) {
            int value = radix.valueOf(body.charAt(i));
            if (value < 0) {
                throw Rules.refused("id text must be " + form(), text);
            }
            if (id > (Long.MAX_VALUE - value) / radix.base()) {
                throw Rules.refused("id must be in [0, " + maxId + "]", text);
            }
            id = id * radix.base() + value;
        }
        return id;
    }

    private String form() {
        String count = width == 0 ? "1 to " + radix.greatestWidth() : Integer.toString(width);
        return count + " characters of " + radix.characters()
                + (checked ? " and " + radix.checkWidth() + " to check" : "");
    }
}
