package dev.pawl.samples.idclient;

import java.util.BitSet;

/** Remembers every id, so that one that comes again is found. Not thread-safe. */
final class SeenIds {

    private final BitSet ids = new BitSet();
    private long count;
    private long last;

    /** Remembers an id and returns it. */
    long add(long id) {
        int bit = Math.toIntExact(id); // ids of a new tag are small
        TakeIds.require(!ids.get(bit), "an id came twice: id=" + id);
        ids.set(bit);
        count++;
        last = id;
        return id;
    }

    long count() {
        return count;
    }

    long last() {
        return last;
    }
}
