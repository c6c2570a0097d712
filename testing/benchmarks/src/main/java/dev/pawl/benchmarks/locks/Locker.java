package dev.pawl.benchmarks.locks;

/** One client of a lock, of ours or of a peer. Thread-safe. */
interface Locker extends AutoCloseable {

    /** Acquires a lock, waiting for it, and returns what releases it. */
    Held acquire(String name) throws Exception;

    @Override
    void close();

    /** A lock that is held. */
    interface Held {
        void release() throws Exception;
    }
}
