package dev.pawl.delay;

import dev.pawl.delay.spi.Partition;
import java.util.Collection;

/**
 * Who goes first at a partition, by rendezvous hashing: every consumer computes the same order from the same list, and one that comes or
 * goes moves nobody else's place by more than one. Two of equal weight share a place. Each place waits a little longer for those before it.
 *
 * <p>Source: Thaler and Ravishankar, "Using Name-Based Mappings to Increase Hit Rates", IEEE/ACM Transactions on Networking, 1998.
 */
final class Ranking {

    static final long STEP_NANOS = 25_000_000;
    private static final int LAST = 3;

    private Ranking() {}

    /** How long a consumer leaves a due job to those before it. */
    static long waitNanos(Partition partition, String consumer, Collection<String> accepting) {
        // Of a text: every JVM computes the same, which is not promised of a record.
        int place = partition.toString().hashCode();
        long own = weight(place, consumer);
        long before = accepting.stream()
                .filter(other -> weight(place, other) > own)
                .limit(LAST)
                .count();
        return before * STEP_NANOS;
    }

    private static long weight(int place, String consumer) {
        return mixed(mixed(consumer.hashCode()) ^ place);
    }

    /** The finalizer of MurmurHash3. */
    static long mixed(long hash) {
        long h = hash;
        h = (h ^ (h >>> 33)) * 0xff51afd7ed558ccdL;
        h = (h ^ (h >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return h ^ (h >>> 33);
    }
}
