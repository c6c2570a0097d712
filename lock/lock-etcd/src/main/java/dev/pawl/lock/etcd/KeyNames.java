package dev.pawl.lock.etcd;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * The names of a session's keys: the session's id and a small number, which is given to another attempt once the one before has left.
 * Until etcd is compacted it goes through all names that ever were in a folder, so a name for each attempt would slow a lock down.
 *
 * <p>For example {@code shop/lock/a/w/s1.0} for whoever of session {@code s1} has lock {@code a}, {@code ...s1.1} for another attempt beside it. An
 * attempt is known by the value of its key and not by the name. Guarded by the session's lock.
 */
final class KeyNames {

    private final String session;
    private final Map<String, BitSet> taken = new HashMap<>();

    KeyNames(String session) {
        this.session = session;
    }

    /** How all names of this session in a folder begin. */
    String start(String folder) {
        return folder + session + '.';
    }

    /** The least name in the folder that no attempt of this session has. */
    String take(String folder) {
        String start = start(folder);
        BitSet numbers = taken.computeIfAbsent(start, absent -> new BitSet());
        int number = numbers.nextClearBit(0);
        numbers.set(number);
        return start + number;
    }

    void giveBack(String key) {
        int dot = key.lastIndexOf('.') + 1;
        taken.computeIfPresent(key.substring(0, dot), (start, numbers) -> {
            numbers.clear(Integer.parseInt(key, dot, key.length(), 10));
            return numbers.isEmpty() ? null : numbers;
        });
    }
}
