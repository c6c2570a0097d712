package dev.pawl.delay.memory;

import dev.pawl.delay.spi.Durability;
import dev.pawl.delay.spi.HeadListener;
import dev.pawl.delay.spi.JobSession;
import dev.pawl.delay.spi.JobStore;
import dev.pawl.delay.spi.JobStoreGuarantees;
import dev.pawl.delay.spi.Partition;
import dev.pawl.fencing.FencingToken;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Delayed jobs within one process, with everything that the jobs of a store have: visibility timeouts, tokens, dead letters,
 * sessions. They end with the process. Of each partition that was used a few hundred bytes are kept for the life of the store.
 *
 * <p>Thread-safe; answers at once, on the thread that asks. Time counts on the clock, whose steps do what they do in any
 * store: set forward it makes jobs due, set back it delays them.
 */
public final class InMemoryJobStore implements JobStore {

    private static final Duration HORIZON = Duration.ofSeconds(30);
    private static final JobStoreGuarantees GUARANTEES = new JobStoreGuarantees(
            "memory",
            Set.of(Durability.APPLIED),
            "one process: what it holds is lost with it",
            "one counter of the partition, begun at the clock's microseconds");

    private final Clock clock;
    private final Duration retryHorizon;
    private final ConcurrentHashMap<Partition, PartitionShelf> shelves = new ConcurrentHashMap<>();

    /** Makes a store on this machine's clock, with a retry horizon of 30 seconds. */
    public InMemoryJobStore() {
        this(Clock.systemUTC(), HORIZON);
    }

    /**
     * Makes a store on a clock of the caller's.
     *
     * @param clock what due times and timeouts are counted on, after 1970
     * @param retryHorizon for how long finished jobs are remembered, at least a second
     * @throws IllegalArgumentException if the horizon is shorter
     */
    public InMemoryJobStore(Clock clock, Duration retryHorizon) {
        if (retryHorizon.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("retryHorizon must be >= 1 s: retryHorizon=" + retryHorizon);
        }
        this.clock = Objects.requireNonNull(clock, "clock");
        this.retryHorizon = retryHorizon;
    }

    @Override
    public JobStoreGuarantees guarantees() {
        return GUARANTEES;
    }

    @Override
    public Duration retryHorizon() {
        return retryHorizon;
    }

    @Override
    public String issuer(Partition partition) {
        return FencingToken.issuer("memory", "process", "delay/" + partition);
    }

    @Override
    public JobSession open(String id, HeadListener listener) {
        return new InMemoryJobSession(this, listener);
    }

    PartitionShelf shelf(Partition partition) {
        return shelves.computeIfAbsent(partition, wanted -> new PartitionShelf(wanted, clock, retryHorizon));
    }

    /** Does nothing: the data goes with the object. */
    @Override
    public void close() {}

    /**
     * Counts what is kept: jobs, dead letters, what is remembered of finished ones, and of consumers.
     *
     * @return how much now, over all partitions
     */
    public long size() {
        return shelves.values().stream()
                .mapToLong(shelf -> shelf.answer(JobTable::kept))
                .sum();
    }
}
