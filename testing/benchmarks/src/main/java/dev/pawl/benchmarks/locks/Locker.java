package dev.pawl.benchmarks.locks;

/** One client of a lock, of ours or of a peer. Thread-safe. */
interface Locker extends AutoCloseable {

    /** Acquires a lock, waiting for it, and returns what releases it. */
    Held acquire(String name) throws Exception;

    /** A lock that is held. */
    interface Held {
        void release() throws Exception;
    }

    /** A locker whose client is closed by what is given. */
    static Locker of(Acquiring acquiring, AutoCloseable client) {
        return new Locker() {
            @Override
            public Held acquire(String name) throws Exception {
                return acquiring.acquire(name);
            }

            @Override
            public void close() throws Exception {
                client.close();
            }
        };
    }

    /** Acquires a lock. */
    interface Acquiring {
        Held acquire(String name) throws Exception;
    }
}
