package dev.pawl.lock;

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

    private record Key(LockResource resource, Thread thread) {}

    private final ConcurrentHashMap<Key, ThreadHold> holds = new ConcurrentHashMap<>();

    @Nullable
    ThreadHold mine(LockResource resource) {
        return holds.get(new Key(resource, Thread.currentThread()));
    }

    void begin(LockResource resource, LockHandle handle) {
        holds.put(new Key(resource, Thread.currentThread()), new ThreadHold(handle));
    }

    void end(LockResource resource) {
        holds.remove(new Key(resource, Thread.currentThread()));
    }
}
