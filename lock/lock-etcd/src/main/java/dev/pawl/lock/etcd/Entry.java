package dev.pawl.lock.etcd;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.KeyValue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What stands in a key: the attempt, which may be another one at another time, and its state. {@code s1-7/W} waits, {@code s1-7/G} holds and its
 * base is the revision of the write that granted it. {@code s1-7/G9} holds with base 9 and was moved to another lease since,
 * {@code s1-7/R9} was refused by an administrator while it held.
 *
 * @param attempt whose key it is; empty if somebody else has written it
 * @param state the letter
 * @param base of the grant; 0 for an attempt that waits
 * @param created the revision at which the key was made, which is its place in the queue
 * @param modified the revision of the key's last write
 * @param lease the lease that the key ends with
 */
record Entry(String attempt, char state, long base, long created, long modified, long lease) {

    private static final Pattern WRITTEN_BY_US = Pattern.compile("([A-Za-z0-9-]{1,128})/([GRW])([0-9]{1,18})?");

    static Entry of(KeyValue kv) {
        Matcher value = WRITTEN_BY_US.matcher(kv.getValue().toStringUtf8());
        if (!value.matches() || (value.group(2).equals("W") && value.group(3) != null)) {
            return new Entry("", '?', 0, kv.getCreateRevision(), kv.getModRevision(), kv.getLease());
        }
        char state = value.group(2).charAt(0);
        long base = state == 'G' ? kv.getModRevision() : 0;
        if (value.group(3) != null) {
            base = Long.parseLong(value.group(3));
        }
        return new Entry(value.group(1), state, base, kv.getCreateRevision(), kv.getModRevision(), kv.getLease());
    }

    /** How the value of every key of an attempt begins: no id of an attempt has a slash. */
    static String start(String attempt) {
        return attempt + '/';
    }

    static ByteString waits(String attempt) {
        return ByteString.copyFromUtf8(start(attempt) + 'W');
    }

    static ByteString holds(String attempt) {
        return ByteString.copyFromUtf8(start(attempt) + 'G');
    }

    static ByteString holdsStill(String attempt, long base) {
        return ByteString.copyFromUtf8(start(attempt) + 'G' + base);
    }

    static ByteString refused(String attempt, long base) {
        return ByteString.copyFromUtf8(start(attempt) + 'R' + base);
    }

    boolean isOf(String asked) {
        return attempt.equals(asked);
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
