package dev.pawl.idgen.server;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/*
 * In a batch the ids lie close together: nearly always an id and the one before it differ in their last eight digits
 * only. What stands between the last eight digits of one id and those of the next - the separator and the upper digits -
 * is then the same bytes again and again, so it is made once and copied, eight bytes at a time:
 *
 *   {"ids":["    731204    40961733    ","731204    40961734    ","731204    40961735    "]}
 *     open       upper     8 digits     joint       8 digits       joint       8 digits     close
 */

/** Writes ids in one of the formats into bytes that are large enough; {@link IdFormat#maxSize} says how large. */
final class IdWriter {

    private static final VarHandle BIG_ENDIAN =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle NATIVE = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final int MOST_JOINT = 40;

    private IdWriter() {}

    /** Writes the body that holds one id, and returns its length. */
    static int writeOne(IdFormat format, long id, byte[] bytes) {
        if (format == IdFormat.BINARY) {
            BIG_ENDIAN.set(bytes, 0, id);
            return Long.BYTES;
        }
        int at = put(format.openOne, bytes, 0);
        at = Digits.write(id, bytes, at);
        return put(format.closeOne, bytes, at);
    }

    /** Writes the body that holds many ids, and returns its length. */
    static int writeAll(IdFormat format, long[] ids, byte[] bytes) {
        return format == IdFormat.BINARY ? writeBinary(ids, bytes) : writeDecimal(format, ids, bytes);
    }

    private static int writeBinary(long[] ids, byte[] bytes) {
        for (int i = 0; i < ids.length; i++) {
            BIG_ENDIAN.set(bytes, i << 3, ids[i]);
        }
        return ids.length << 3;
    }

    private static int writeDecimal(IdFormat format, long[] ids, byte[] bytes) {
        byte[] joint = new byte[MOST_JOINT];
        int separator = put(format.between, joint, 0);
        int jointLength = 0;
        long upper = -1;
        int at = put(format.open, bytes, 0);
        for (int i = 0; i < ids.length; i++) {
            long id = ids[i];
            long idUpper = id / Digits.EIGHT;
            if (idUpper == upper && upper > 0) {
                for (int copied = 0; copied < jointLength; copied += 8) {
                    NATIVE.set(bytes, at + copied, (long) NATIVE.get(joint, copied));
                }
                at += jointLength;
                Digits.writeEight(id - idUpper * Digits.EIGHT, bytes, at);
                at += 8;
                continue;
            }
            if (i > 0) {
                at = put(format.between, bytes, at);
            }
            at = Digits.write(id, bytes, at);
            upper = idUpper;
            jointLength = Digits.write(idUpper, joint, separator);
        }
        return put(format.close, bytes, at);
    }

    private static int put(byte[] from, byte[] to, int at) {
        System.arraycopy(from, 0, to, at, from.length);
        return at + from.length;
    }
}
