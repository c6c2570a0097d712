package dev.pawl.fencing.etcd;

import com.google.protobuf.ByteString;
import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.fencing.FenceMarks;
import io.etcd.jetcd.api.KeyValue;
import java.util.List;
import java.util.Optional;

/**
 * Marks as they stand in their key, and the revision of the write that put them there. Written as version, floor, top and issuer with
 * semicolons between them: {@code 1;33;33;etcd/shop/lock/invoice-7}.
 *
 * @param marks the marks
 * @param revision of the last write; 0 if there is none
 */
record StoredMarks(FenceMarks marks, long revision) {

    private static final String VERSION = "1";

    static StoredMarks of(List<KeyValue> found) {
        if (found.isEmpty()) {
            return new StoredMarks(FenceMarks.NONE, 0);
        }
        String[] parts = found.get(0).getValue().toStringUtf8().split(";", 4);
        if (!parts[0].equals(VERSION) || parts.length < 4) {
            throw new BackendException(
                    "format version of the marks must be 1: format_version=" + parts[0], Outcome.NOT_APPLIED, null);
        }
        FenceMarks marks = new FenceMarks(Optional.of(parts[3]), Long.parseLong(parts[1]), Long.parseLong(parts[2]));
        return new StoredMarks(marks, found.get(0).getModRevision());
    }

    static ByteString write(FenceMarks marks) {
        return ByteString.copyFromUtf8(String.join(
                ";",
                VERSION,
                Long.toString(marks.floor()),
                Long.toString(marks.top()),
                marks.issuer().orElseThrow()));
    }
}
