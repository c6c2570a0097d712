package dev.pawl.lock.etcd;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.KeyValue;
import java.util.regex.Pattern;

/**
 * What stands in the key of an attempt: {@code W} waits, {@code G} holds and its base is the revision of the write that granted it.
 * {@code G7} holds with base 7 and was moved to another lease since, {@code R7} was refused by an administrator while it held.
 *
 * @param state the letter
 * @param base of the grant; 0 for an attempt that waits
 * @param created the revision at which the key was made, which is its place in the queue
 * @param modified the revision of the key's last write
 * @param lease the lease that the key ends with
 */
record Entry(char state, long base, long created, long modified, long lease) {

    static final ByteString WAITS = ByteString.copyFromUtf8("W");
    static final ByteString HOLDS = ByteString.copyFromUtf8("G");

    private static final Pattern WRITTEN_BY_US = Pattern.compile("W|G|[GR][0-9]{1,18}");

    static Entry of(KeyValue kv) {
        String value = kv.getValue().toStringUtf8();
        char state = WRITTEN_BY_US.matcher(value).matches() ? value.charAt(0) : '?';
        long base = state == 'G' ? kv.getModRevision() : 0;
        if (state != '?' && value.length() > 1) {
            base = Long.parseLong(value, 1, value.length(), 10);
        }
        return new Entry(state, base, kv.getCreateRevision(), kv.getModRevision(), kv.getLease());
    }

    static ByteString holdsStill(long base) {
        return ByteString.copyFromUtf8("G" + base);
    }

    static ByteString refused(long base) {
        return ByteString.copyFromUtf8("R" + base);
    }

    boolean holds() {
        return state == 'G';
    }

    boolean holds(long shown) {
        return holds() && base == shown;
    }

    boolean waits() {
        return state == 'W';
    }

    /** Whether somebody else has written it: it stands in the way, and means nothing. */
    boolean isStrange() {
        return state == '?';
    }
}
