package dev.pawl.delay.spi;

import java.time.Duration;
import java.util.List;

/**
 * Delayed jobs in one store under one namespace. Thread-safe. One store may serve any number of sessions; each is a client of its
 * own.
 */
public interface JobStore extends AutoCloseable {

    /** The most parts of one request. */
    int GREATEST_BATCH = 1_000;

    /** A claim gives no more bytes of bodies than that, but for a single job that is larger. */
    int GREATEST_REPLY_BYTES = 8 << 20;

    /** The longest visibility timeout. */
    Duration GREATEST_VISIBILITY = Duration.ofHours(12);

    /**
     * Checks a visibility timeout.
     *
     * @param visibility the timeout
     * @return the same timeout
     * @throws IllegalArgumentException unless it is in [1 ms, {@link #GREATEST_VISIBILITY}]
     */
    static Duration requireVisibility(Duration visibility) {
        return Checks.duration("visibility", visibility, Duration.ofMillis(1), GREATEST_VISIBILITY);
    }

    /**
     * Checks how many parts a request has.
     *
     * @param what names the parts in the message
     * @param parts the parts
     * @param <T> what they are
     * @return a copy
     * @throws IllegalArgumentException unless there are 1 to {@link #GREATEST_BATCH}
     */
    static <T> List<T> requireBatch(String what, List<T> parts) {
        return Checks.batch(what, parts);
    }

    /**
     * Checks how much is asked for.
     *
     * @param most the number
     * @return the same number
     * @throws IllegalArgumentException unless it is in [1, {@link #GREATEST_BATCH}]
     */
    static int requireMost(int most) {
        if (most < 1 || most > GREATEST_BATCH) {
            throw new IllegalArgumentException("most must be in [1, " + GREATEST_BATCH + "]: most=" + most);
        }
        return most;
    }

    /**
     * Tells what this store offers, and on what each promise rests.
     *
     * @return the same answer each time
     */
    JobStoreGuarantees guarantees();

    /**
     * Tells for how long a request may be repeated: so long the store remembers what it has finished, and what it has last given to
     * a consumer.
     *
     * @return at least a second, by the store's clock
     */
    Duration retryHorizon();

    /**
     * Names who counts the tokens of a partition, as {@link dev.pawl.fencing.FencingToken#issuer()} says.
     *
     * @param partition the partition
     * @return the issuer, the same for every client of the same store and namespace
     */
    String issuer(Partition partition);

    /**
     * Begins a session. Does not block; the first requests may.
     *
     * @param id the session's id: letters, digits and hyphens, unique among all clients of the store
     * @param listener is told of new heads of the partitions that the session watches
     * @return the session
     */
    JobSession open(String id, HeadListener listener);

    /** Frees what the store itself holds; the application's client stays open. Sessions must be closed before. */
    @Override
    void close();
}
