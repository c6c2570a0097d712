package dev.pawl.idgen.server;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/*
 * In a batch the ids lie close together: nearly always an id and the one before it differ in their last four digits only.
 * What stands between the last four digits of one id and those of the next - the separator and the upper digits - is then
 * the same bytes again and again, so it is made once and copied, eight bytes at a time:
 *
 *   {"ids":["    7312044096    1733    ","7312044096    1734    ","7312044096    1735    "]}
 *     open         upper      4 digits     joint      4 digits      joint      4 digits    close
 */

/** Writes ids in one of the formats into bytes that are large enough; {@link IdFormat#maxSize} says how large. */
final class IdWriter {

    private static final VarHandle BIG_ENDIAN =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle NATIVE = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final int MOST_JOINT = 48;

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
        int jointLength = 0;
        long upper = 0;
        int at = put(format.open, bytes, 0);
        for (int i = 0; i < ids.length; i++) {
            long id = ids[i];
            long idUpper = id / Digits.FOUR;
            if (idUpper == upper && upper > 0) {
                if (jointLength == 0) {
                    jointLength = Digits.write(upper, joint, put(format.between, joint, 0));
                }
                for (int copied = 0; copied < jointLength; copied += 8) {
                    NATIVE.set(bytes, at + copied, (long) NATIVE.get(joint, copied));
                }
                at += jointLength;
                Digits.writeFour((int) (id - idUpper * Digits.FOUR), bytes, at);
                at += 4;
            } else {
                at = i == 0 ? at : put(format.between, bytes, at);
                at = Digits.write(id, bytes, at);
                upper = idUpper;
                jointLength = 0;
            }
        }
        return put(format.close, bytes, at);
    }

    private static int put(byte[] from, byte[] to, int at) {
        System.arraycopy(from, 0, to, at, from.length);
        return at + from.length;
    }
}
