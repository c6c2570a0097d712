package dev.pawl.benchmarks.locks;

import dev.pawl.lock.LockHandle;
import dev.pawl.lock.LockService;
import dev.pawl.lock.ReleaseResult;
import dev.pawl.lock.spi.LockBackend;

/** A lock of ours, with its defaults, on any backend. */
final class Pawl implements Locker {

    static final String NAMESPACE = "bench";

    private final LockService locks;
    private final End end;

    Pawl(LockBackend backend, End end) {
        this.locks = LockService.of(backend);
        this.end = end;
    }

    /** Closes what is below the locks. */
    interface End {
        void close() throws Exception;
    }

    @Override
    public Held acquire(String name) throws InterruptedException {
        LockHandle handle = locks.lock(name).acquire();
        return () -> {
            if (handle.release() != ReleaseResult.RELEASED) {
                throw new IllegalStateException("lock must be held: name=" + name);
            }
        };
    }

    @Override
    public void close() throws Exception {
        locks.close();
        end.close();
    }
}
