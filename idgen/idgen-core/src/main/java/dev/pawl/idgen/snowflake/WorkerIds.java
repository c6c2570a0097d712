package dev.pawl.idgen.snowflake;

import dev.pawl.idgen.spi.SegmentTag;
import dev.pawl.idgen.spi.WorkerLeaseStore;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Where a generator's worker id comes from: a lease in a store, or the operator's word. Immutable.
 *
 * <p>A lease is on ticks, not on time: the store's record says up to which tick the worker id's ids may go, and the next
 * owner starts behind it. Whatever is paused, cut off or set back, two owners never share a tick. A fixed worker id has
 * nothing of the kind: two generators with the same one repeat each other's ids, and so does one that is restarted with
 * the clock set back.
 */
public final class WorkerIds {

    /** The shortest window, and what a new instance gets first. */
    static final Duration LEAST_WINDOW = Duration.ofSeconds(3);

    /** Clocks that are kept by NTP differ by less; a clock that is not kept differs by more. */
    private static final Duration SKEW = Duration.ofSeconds(5);

    private static final Duration GREATEST_WINDOW = Duration.ofDays(1);

    private final @Nullable WorkerLeaseStore store;
    private final String space;
    private final OptionalInt workerId;
    private final Duration window;
    private final Duration maxSkew;
    private final LeaseLossPolicy lossPolicy;

    private WorkerIds(
            @Nullable WorkerLeaseStore store,
            String space,
            OptionalInt workerId,
            Duration window,
            Duration maxSkew,
            LeaseLossPolicy lossPolicy) {
        this.store = store;
        this.space = space;
        this.workerId = workerId;
        this.window = window;
        this.maxSkew = maxSkew;
        this.lossPolicy = lossPolicy;
    }

    /**
     * Uses a worker id by hand. That nobody else uses it, and that the clock does not go back between two starts, is the
     * operator's word: the generator's guarantee is {@code CONFIGURED}.
     *
     * @param workerId the worker id, within the layout's bounds
     * @return the source
     */
    public static WorkerIds fixed(int workerId) {
        if (workerId < 0) {
            throw new IllegalArgumentException("workerId must be >= 0: workerId=" + workerId);
        }
        return new WorkerIds(null, "", OptionalInt.of(workerId), LEAST_WINDOW, SKEW, LeaseLossPolicy.FAIL);
    }

    /**
     * Leases a worker id in a store.
     *
     * @param store the store; it stays the caller's and is not closed by the generator
     * @param space a name, as for a tag; generators whose ids must differ share a space and a layout
     * @return the source
     */
    public static WorkerIds leased(WorkerLeaseStore store, String space) {
        return new WorkerIds(
                Objects.requireNonNull(store, "store"),
                SegmentTag.requireName(space),
                OptionalInt.empty(),
                LEAST_WINDOW,
                SKEW,
                LeaseLossPolicy.SWITCH_WORKER);
    }

    /**
     * Sets which worker id to ask for first, for example a StatefulSet's ordinal. It is a wish and proves nothing.
     *
     * @param preferred a worker id; one beyond the layout's bounds is taken modulo the number of worker ids
     * @return the changed copy
     * @throws IllegalStateException if the worker id is fixed
     */
    public WorkerIds withHint(int preferred) {
        requireLeased("hint");
        if (preferred < 0) {
            throw new IllegalArgumentException("hint must be >= 0: hint=" + preferred);
        }
        return new WorkerIds(store, space, OptionalInt.of(preferred), window, maxSkew, lossPolicy);
    }

    /**
     * Sets how long the store may be down without ids stopping. An instance earns it: until it has run that long its
     * window is its age, at least 3 s, so that one that crashes in a loop does not use the worker ids up.
     *
     * @param duration from 3 s to a day, in whole milliseconds; 3 s if not set
     * @return the changed copy
     * @throws IllegalStateException if the worker id is fixed
     */
    public WorkerIds withWindow(Duration duration) {
        requireLeased("window");
        if (duration.compareTo(LEAST_WINDOW) < 0 || duration.compareTo(GREATEST_WINDOW) > 0) {
            throw new IllegalArgumentException(
                    "window must be in [" + LEAST_WINDOW + ", " + GREATEST_WINDOW + "]: window=" + duration);
        }
        return new WorkerIds(store, space, workerId, duration.truncatedTo(ChronoUnit.MILLIS), maxSkew, lossPolicy);
    }

    /**
     * Sets how far this host's clock may be ahead of the store's. Beyond it no lease is taken or renewed, and calls fail with
     * {@link dev.pawl.idgen.ClockSkewException} once the window is over: ticks of a far future would keep the worker id from
     * everybody else until then. A store that has no time of its own (a local file, memory) checks nothing.
     *
     * @param duration from 1 ms to a day; 5 s if not set
     * @return the changed copy
     * @throws IllegalStateException if the worker id is fixed
     */
    public WorkerIds withMaxSkew(Duration duration) {
        requireLeased("maxSkew");
        if (duration.compareTo(Duration.ofMillis(1)) < 0 || duration.compareTo(GREATEST_WINDOW) > 0) {
            throw new IllegalArgumentException(
                    "maxSkew must be in [PT0.001S, " + GREATEST_WINDOW + "]: maxSkew=" + duration);
        }
        return new WorkerIds(store, space, workerId, window, duration, lossPolicy);
    }

    /**
     * Sets what to do when the lease was lost.
     *
     * @param whenLost {@link LeaseLossPolicy#SWITCH_WORKER} if not set
     * @return the changed copy
     * @throws IllegalStateException if the worker id is fixed
     */
    public WorkerIds withLossPolicy(LeaseLossPolicy whenLost) {
        requireLeased("lossPolicy");
        return new WorkerIds(store, space, workerId, window, maxSkew, Objects.requireNonNull(whenLost, "whenLost"));
    }

    private void requireLeased(String what) {
        if (store == null) {
            throw new IllegalStateException("a fixed worker id has no " + what);
        }
    }

    @Nullable
    WorkerLeaseStore store() {
        return store;
    }

    String space() {
        return space;
    }

    /** The fixed worker id, or the hint. */
    OptionalInt workerId() {
        return workerId;
    }

    Duration window() {
        return window;
    }

    Duration maxSkew() {
        return maxSkew;
    }

    LeaseLossPolicy lossPolicy() {
        return lossPolicy;
    }
}
