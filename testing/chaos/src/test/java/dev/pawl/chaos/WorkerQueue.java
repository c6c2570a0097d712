package dev.pawl.chaos;

import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Delayed jobs as a producer and a worker see them, whoever made them. Thread-safe. */
interface WorkerQueue extends AutoCloseable {

    String NAME = "hot";
    int LENGTH = 100;

    /** Which queue a process is to use. */
    enum Kind {
        /** Ours. */
        REDIS,
        /** What is due is taken out of a sorted set, and then worked at. */
        POP_THEN_WORK,
        /** Redisson's RDelayedQueue. */
        REDISSON;

        /** Whether a job outlives the worker that has it. */
        boolean redelivers() {
            return this == REDIS;
        }
    }

    /** What became of an enqueue. */
    enum Fate {
        TAKEN,
        DUPLICATE,
        NOT_APPLIED,
        UNKNOWN
    }

    /**
     * A job.
     *
     * @param key what its payload says, which no other job's says
     * @param id by which the store knows it
     * @param delayMillis how long from now it is due
     * @param dueMillis when it is due instead, in ms since 1970, unless it is 0
     */
    record Job(String key, String id, long delayMillis, long dueMillis) {

        /** The key, as long as payloads are. */
        String payload() {
            return key + ".".repeat(LENGTH - key.length());
        }

        static String keyOf(String payload) {
            return payload.substring(0, payload.indexOf('.'));
        }
    }

    /** A delivery; what has no token has 0, and what is not acknowledged says that it was. */
    record Given(String key, String id, long token, int attempt, long lateMicros, Supplier<Boolean> ack) {}

    /** Takes a job in, without blocking. */
    CompletionStage<Fate> enqueue(Job job);

    /** Whether the job will never be delivered. */
    boolean cancel(Job job);

    /** Gives jobs to a handler, on several threads, until it is closed. */
    void consume(Consumer<Given> handler);

    @Override
    void close();
}
