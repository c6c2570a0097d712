package dev.pawl.idgen.codec;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.function.ToIntFunction;

/** An alphabet: its characters in ASCII order, how they are read, and their check characters. Immutable. */
final class Radix {

    static final Radix DECIMAL = new Radix("0123456789", 1, "", Checks::damm);
    static final Radix BASE36 = new Radix("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", 1, "*", Checks::mod37And2);
    static final Radix CROCKFORD32 = new Radix("0123456789ABCDEFGHJKMNPQRSTVWXYZ", 1, "*~$=U", Checks::crockford);
    static final Radix BASE62 =
            new Radix("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", 2, "", Checks::mod97And10);

    private static final String CROCKFORD_ALIASES = "abcdefghjkmnpqrstvwxyzuIiLlOo";
    private static final String CROCKFORD_MEANT = "ABCDEFGHJKMNPQRSTVWXYZU111100";

    private final String characters;
    private final int checkWidth;
    private final String checkCharacters;
    private final ToIntFunction<int[]> check;
    private final int[] values = new int[128];
    private final int greatestWidth;

    private Radix(String characters, int checkWidth, String moreCheckCharacters, ToIntFunction<int[]> check) {
        this.characters = characters;
        this.checkWidth = checkWidth;
        this.checkCharacters = characters + moreCheckCharacters;
        this.check = check;
        Arrays.fill(values, -1);
        for (int i = 0; i < characters.length(); i++) {
            values[characters.charAt(i)] = i;
        }
        int width = 0;
        for (long rest = Long.MAX_VALUE; rest > 0; rest /= characters.length()) {
            width++;
        }
        this.greatestWidth = width;
    }

    String characters() {
        return characters;
    }

    int base() {
        return characters.length();
    }

    /** Of {@link Long#MAX_VALUE}. */
    int greatestWidth() {
        return greatestWidth;
    }

    int checkWidth() {
        return checkWidth;
    }

    /** The greatest id of so many characters, at most {@link Long#MAX_VALUE}. */
    long maxId(int width) {
        return BigInteger.valueOf(base())
                .pow(width)
                .subtract(BigInteger.ONE)
                .min(BigInteger.valueOf(Long.MAX_VALUE))
                .longValueExact();
    }

    /** The text as it would have been encoded: only Crockford's has other ways to write it. */
    String canonical(String text) {
        if (this != CROCKFORD32) {
            return text;
        }
        StringBuilder canonical = new StringBuilder(text);
        for (int i = 0; i < text.length(); i++) {
            int alias = CROCKFORD_ALIASES.indexOf(text.charAt(i));
            if (alias >= 0) {
                canonical.setCharAt(i, CROCKFORD_MEANT.charAt(alias));
            }
        }
        return canonical.toString();
    }

    /** The value of a character, or -1 if it is none of the alphabet. */
    int valueOf(char character) {
        return character < values.length ? values[character] : -1;
    }

    /** The check characters of a text that has only characters of the alphabet. */
    String checkOf(String body) {
        int index = check.applyAsInt(body.chars().map(c -> values[c]).toArray());
        return checkWidth == 1
                ? checkCharacters.substring(index, index + 1)
                : String.valueOf(new char[] {(char) ('0' + index / 10), (char) ('0' + index % 10)});
    }
}
