package dev.pawl.lock;

import dev.pawl.fencing.FencingToken;
import dev.pawl.lock.spi.LockResource;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Which thread holds what through the re-entrant view, and how often. Thread-safe: each thread sees its own entries. */
final class ThreadHolds {

    /** One thread's hold of one resource. */
    static final class ThreadHold {
        final LockHandle handle;
        int count = 1;

        ThreadHold(LockHandle handle) {
            this.handle = handle;
        }
    }

    /** What a view is of: the two sides of a read-write lock are different things, one of them no part of the other. */
    record Side(LockResource resource, FencingToken.Kind mode) {}

    private record Key(Side side, Thread thread) {}

    private final ConcurrentHashMap<Key, ThreadHold> holds = new ConcurrentHashMap<>();

    @Nullable
    ThreadHold mine(Side side) {
        return holds.get(new Key(side, Thread.currentThread()));
    }

    void begin(Side side, LockHandle handle) {
        holds.put(new Key(side, Thread.currentThread()), new ThreadHold(handle));
    }

    void end(Side side) {
        holds.remove(new Key(side, Thread.currentThread()));
    }
}
