package dev.pawl.idgen.server;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/*
 * Eight decimal digits are made at once inside one long, by halving: 8 digits -> 2 x 4 -> 4 x 2 -> 8 x 1, each half in
 * its own lane, so that no lane can carry into the next. The first digit ends up in the lowest byte, which is where a
 * little-endian write puts it first.
 *
 *   1234_5678 -> 1234 | 5678 -> 12 | 34 | 56 | 78 -> 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8      (lowest lane on the left)
 *
 * The lanes divide by multiplying: x * 10486 >> 20 is x / 100 for x < 10,000, and x * 103 >> 10 is x / 10 for x < 100.
 */

/** Writes positive numbers as decimal digits into bytes, without any object per number. */
final class Digits {

    /** How many bytes behind its last digit a write may spoil: eight at a time are written. */
    static final int SLACK = 8;

    /** The digits of the greatest long. */
    static final int MOST = 19;

    static final long FOUR = 10_000;

    private static final long EIGHT = 100_000_000L;

    private static final long ZEROS = 0x3030303030303030L;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    /** The four digits of every number below 10,000. */
    private static final int[] FOURS = fours();

    private Digits() {}

    private static int[] fours() {
        int[] fours = new int[(int) FOUR];
        for (int i = 0; i < fours.length; i++) {
            fours[i] = (int) ((eight(i) | ZEROS) >>> 32);
        }
        return fours;
    }

    /** Writes a number below 10^4 with leading zeros. */
    static void writeFour(int number, byte[] bytes, int at) {
        INTS.set(bytes, at, FOURS[number]);
    }

    /** Writes a number >= 0 at a place that has {@link #MOST} + {@link #SLACK} bytes, and returns the place behind it. */
    static int write(long number, byte[] bytes, int at) {
        if (number < EIGHT) {
            return writeUpToEight(number, bytes, at);
        }
        long upper = number / EIGHT;
        int behind = write(upper, bytes, at);
        writeEight(number - upper * EIGHT, bytes, behind);
        return behind + 8;
    }

    /** Writes a number below 10^8 with leading zeros. */
    static void writeEight(long number, byte[] bytes, int at) {
        LONGS.set(bytes, at, eight(number) | ZEROS);
    }

    private static int writeUpToEight(long number, byte[] bytes, int at) {
        long digits = eight(number);
        // The last digit stays, even if it is a zero.
        int leadingZeros = Long.numberOfTrailingZeros(digits | (1L << 56)) & ~7;
        LONGS.set(bytes, at, (digits | ZEROS) >>> leadingZeros);
        return at + 8 - leadingZeros / 8;
    }

    private static long eight(long number) {
        long upper = number / 10_000;
        long fours = upper | ((number - upper * 10_000) << 32);
        long hundreds = ((fours * 10_486) >>> 20) & 0x7f_0000_007fL;
        long twos = hundreds | ((fours - 100 * hundreds) << 16);
        long tens = ((twos * 103) >>> 10) & 0x000f_000f_000f_000fL;
        return tens | ((twos - 10 * tens) << 8);
    }
}
