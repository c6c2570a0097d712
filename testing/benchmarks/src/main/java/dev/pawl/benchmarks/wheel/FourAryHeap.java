package dev.pawl.benchmarks.wheel;

import java.util.Arrays;

/**
 * A heap with four children a node, whose entries know their place: the best that a heap can do here. Removing is
 * logarithmic. Not thread-safe.
 */
final class FourAryHeap {

    /** One timer. */
    static final class Entry {
        final long deadlineNanos;
        final Runnable task;
        private int index;

        Entry(long deadlineNanos, Runnable task) {
            this.deadlineNanos = deadlineNanos;
            this.task = task;
        }
    }

    private Entry[] entries = new Entry[64];
    private int size;

    void add(Entry entry) {
        if (size == entries.length) {
            entries = Arrays.copyOf(entries, size + (size >> 1));
        }
        up(size++, entry);
    }

    void remove(Entry entry) {
        if (entry.index < 0) {
            return;
        }
        int at = entry.index;
        entry.index = -1;
        Entry last = entries[--size];
        entries[size] = null;
        if (last != entry) {
            if (at > 0 && last.deadlineNanos < entries[(at - 1) >> 2].deadlineNanos) {
                up(at, last);
            } else {
                down(at, last);
            }
        }
    }

    /** The first that is due, taken out, or null. */
    Entry poll(long nowNanos) {
        if (size == 0 || entries[0].deadlineNanos > nowNanos) {
            return null;
        }
        Entry first = entries[0];
        remove(first);
        return first;
    }

    /** When the first is due. */
    long nextDeadline() {
        return size == 0 ? Long.MAX_VALUE : entries[0].deadlineNanos;
    }

    private void up(int from, Entry entry) {
        int at = from;
        while (at > 0) {
            int parent = (at - 1) >> 2;
            if (entries[parent].deadlineNanos <= entry.deadlineNanos) {
                break;
            }
            put(at, entries[parent]);
            at = parent;
        }
        put(at, entry);
    }

    private void down(int from, Entry entry) {
        int at = from;
        while (true) {
            int least = (at << 2) + 1;
            if (least >= size) {
                break;
            }
            int end = Math.min(least + 4, size);
            for (int child = least + 1; child < end; child++) {
                if (entries[child].deadlineNanos < entries[least].deadlineNanos) {
                    least = child;
                }
            }
            if (entry.deadlineNanos <= entries[least].deadlineNanos) {
                break;
            }
            put(at, entries[least]);
            at = least;
        }
        put(at, entry);
    }

    private void put(int at, Entry entry) {
        entries[at] = entry;
        entry.index = at;
    }
}
