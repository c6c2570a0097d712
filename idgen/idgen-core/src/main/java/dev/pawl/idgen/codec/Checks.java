package dev.pawl.idgen.codec;

/*
 * All four find every single wrong character and every swap of two different neighbours, check characters included.
 *
 * Three are sums modulo a prime p greater than every character's value: a character of value v with weight w adds v * w.
 * A wrong character changes the sum by (v - v') * w, a swap by (v1 - v2) * (w1 - w2): no factor is a multiple of p, so
 * neither is the product. The weights of neighbours differ by the factor 2, 32 or 100, and the check character has
 * weight 1 (or -1, Crockford's, beside a last character of weight 1). Damm's is a table made for it.
 */

/** Check characters over the values of a text's characters. */
final class Checks {

    /** H. Michael Damm, "Total anti-symmetrische Quasigruppen", dissertation, Marburg 2004: the table of order 10. */
    private static final String[] DAMM = {
        "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
        "3674209581", "5869720134", "8945362017", "9438617205", "2581436790"
    };

    private Checks() {}

    /** The index of Damm's check digit. */
    static int damm(int[] values) {
        int digit = 0;
        for (int value : values) {
            digit = DAMM[digit].charAt(value) - '0';
        }
        return digit;
    }

    /** ISO/IEC 7064:2003, MOD 37-2: the index in 0-9A-Z and {@code *}. */
    static int mod37And2(int[] values) {
        int sum = 0;
        for (int value : values) {
            sum = (sum + value) * 2 % 37;
        }
        return (38 - sum) % 37;
    }

    /** Crockford, "Base 32": the number modulo 37, the index in his 32 symbols and {@code *~$=U}. */
    static int crockford(int[] values) {
        int remainder = 0;
        for (int value : values) {
            remainder = (remainder * 32 + value) % 37;
        }
        return remainder;
    }

    /** ISO/IEC 7064:2003, MOD 97-10, each character written as the two digits of its value: from 2 to 98. */
    static int mod97And10(int[] values) {
        int remainder = 0;
        for (int value : values) {
            remainder = (remainder * 100 + value) % 97;
        }
        return 98 - remainder * 100 % 97;
    }
}
