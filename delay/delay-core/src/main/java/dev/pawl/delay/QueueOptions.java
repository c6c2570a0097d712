package dev.pawl.delay;

import dev.pawl.delay.spi.Durability;
import dev.pawl.delay.spi.EnqueueRequest;
import dev.pawl.delay.spi.Partition;
import java.util.Objects;

/**
 * How a queue is kept. All clients of a queue must give it the same number of partitions; the limits are each client's own. Immutable:
 * each {@code with} method returns a changed copy.
 *
 * @param partitions over how many partitions jobs are spread, in [1, 1,024]
 * @param limits how full each partition may become; beyond it an enqueue fails
 * @param maxPayload the largest payload with its headers, in bytes, in [1, 16 MiB]
 * @param durability when an enqueue is answered, unless a job says otherwise
 */
public record QueueOptions(int partitions, EnqueueRequest.Limits limits, int maxPayload, Durability durability) {

    private static final int GREATEST_PAYLOAD = 16 << 20;
    private static final QueueOptions DEFAULTS =
            new QueueOptions(1, new EnqueueRequest.Limits(10_000_000, 100_000_000), 256 << 10, Durability.APPLIED);

    /** Checks the bounds. */
    public QueueOptions {
        if (partitions < 1 || partitions > Partition.MOST) {
            throw new IllegalArgumentException(
                    "partitions must be in [1, " + Partition.MOST + "]: partitions=" + partitions);
        }
        Objects.requireNonNull(limits, "limits");
        if (maxPayload < 1 || maxPayload > GREATEST_PAYLOAD) {
            throw new IllegalArgumentException(
                    "maxPayload must be in [1, " + GREATEST_PAYLOAD + "]: maxPayload=" + maxPayload);
        }
        Objects.requireNonNull(durability, "durability");
    }

    /**
     * Returns the defaults: one partition of at most ten million jobs and 100 MB, payloads up to 256 KiB.
     *
     * @return the defaults
     */
    public static QueueOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Changes the number of partitions.
     *
     * @param changed in [1, 1,024]
     * @return a changed copy
     */
    public QueueOptions withPartitions(int changed) {
        return new QueueOptions(changed, limits, maxPayload, durability);
    }

    /**
     * Changes how full a partition may become.
     *
     * @param changed the limits
     * @return a changed copy
     */
    public QueueOptions withLimits(EnqueueRequest.Limits changed) {
        return new QueueOptions(partitions, changed, maxPayload, durability);
    }

    /**
     * Changes the largest payload.
     *
     * @param changed in bytes
     * @return a changed copy
     */
    public QueueOptions withMaxPayload(int changed) {
        return new QueueOptions(partitions, limits, changed, durability);
    }

    /**
     * Changes when an enqueue is answered.
     *
     * @param changed the durability, which the store must offer
     * @return a changed copy
     */
    public QueueOptions withDurability(Durability changed) {
        return new QueueOptions(partitions, limits, maxPayload, changed);
    }
}
