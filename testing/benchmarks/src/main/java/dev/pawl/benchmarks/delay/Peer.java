package dev.pawl.benchmarks.delay;

import java.nio.ByteBuffer;

/** A way of delaying jobs, on one Redis. A job is 100 bytes, which begin with its due time. */
interface Peer extends AutoCloseable {

    int BYTES = 100;

    /** How large a batch of {@link #enqueueAll} is at most. */
    int BATCH = 1_000;

    /** Takes a job in that is due then, in milliseconds since 1970. */
    void enqueue(long due) throws Exception;

    /** Takes jobs in, in one request where that can be. */
    void enqueueAll(long[] dues) throws Exception;

    /** How many jobs are due at once in a burst. */
    default int burst() {
        return 50_000;
    }

    /** Begins a consumer with a client of its own, for many jobs at once or for few. */
    AutoCloseable consume(boolean many, Handled handled) throws Exception;

    static byte[] payload(long due) {
        return ByteBuffer.allocate(BYTES).putLong(due).array();
    }

    static long due(byte[] payload) {
        return ByteBuffer.wrap(payload).getLong();
    }
}
