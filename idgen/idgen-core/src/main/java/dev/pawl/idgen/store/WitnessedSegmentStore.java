package dev.pawl.idgen.store;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.idgen.Guarantee;
import dev.pawl.idgen.StoreWentBackException;
import dev.pawl.idgen.spi.Reservation;
import dev.pawl.idgen.spi.Reservation.Range;
import dev.pawl.idgen.spi.SegmentDemand;
import dev.pawl.idgen.spi.SegmentStore;
import dev.pawl.idgen.spi.SegmentTag;
import dev.pawl.idgen.spi.SegmentWitness;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 *   reserve    store.reserve -> range    witness.raise(first, last)      the range is used
 *   give back  the caller has sealed     witness.lower(last, lastUsed)   store.giveBack by revision
 *
 * Why no number is used twice, whatever the store does. Call a range taken once it was raised, until it is lowered, and
 * then what of it is below. Taken ranges never meet, and none passes the mark: a range is raised only above the mark, and
 * the mark is at its end then. It is lowered only by its owner, from its own end, at which no other taken range can end;
 * all others lie below it, so that the mark may fall to what its owner has used. A lowered range is lowered no more: the
 * owner forgets it before it asks. This rests on nothing but the witness. So each of these costs a gap at most:
 *   - a crash, or a lost reply, after the store granted: the range was never raised, or raised and never used;
 *   - a raise that is applied late: it is refused, or its range is taken and never used;
 *   - a lower whose reply is lost: nothing is given back to the store, and what is above was sealed before;
 *   - a crash between lower and give-back: the store's mark stays above the witness's.
 *
 * Why a store that did not go back is not accused. Its mark is never below the witness's: a range was granted before it
 * is raised, and the witness's mark falls before the store's does. A granted 1..1000 and B 1001..2000; B raises first; A is
 * refused once with the mark 2000, reserves again, and the range begins above 2000, since the store's mark was 2000 at
 * least when A was refused. A store that went back begins at or below that mark instead, and again, which is why three
 * refusals in a row are counted only where the range began at or below the mark that refused the one before it. (Even then
 * a range may honestly begin there, if another instance gave back in between; three times in a row is taken for no
 * coincidence.)
 */

/**
 * A segment store whose ranges are used only once a {@link SegmentWitness} has been told of them, so that a store that went
 * back - restored from an old backup, flushed, a lagging replica that was promoted - is found out.
 *
 * <p><b>Guarantee.</b> All instances that share the witness refuse a range at or below one that any of them was granted
 * before, whatever the store does, as long as the witness does not go back too. A store that went back by less than three
 * ranges may catch up by the ranges that are refused. Without a witness such a range is refused only by an instance that
 * was itself granted a later one; with a witness of some of the instances only - a local file on each host - those refuse
 * what was granted to them, and know nothing of the others' ranges.
 *
 * <p>A range that the witness refuses is dropped and another reserved. After three in a row that began at or below the
 * mark the call fails with {@link StoreWentBackException}; it takes an operator to move the store's mark above the
 * witness's. A witness that fails, or takes longer than 5 s, fails the call with {@link BackendException}; no range is used
 * without its word, so that a witness that is down stops the ids when those at hand are used up.
 *
 * <p>A range costs one more round trip. Tags are looked at and changed in the store itself. Thread-safe; does not block the
 * caller if store and witness do not.
 */
public final class WitnessedSegmentStore implements SegmentStore {

    private static final Logger LOG = LoggerFactory.getLogger(WitnessedSegmentStore.class);
    private static final Duration TIME_LIMIT = Duration.ofSeconds(5);

    /** Refusals in a row after which the store is taken for one that went back. */
    private static final int REFUSALS = 3;

    /** Refusals after which a call gives up, since others were faster each time. */
    private static final int ATTEMPTS = 10;

    private final SegmentStore store;
    private final SegmentWitness witness;
    private final Duration timeLimit;

    /** Per tag the revision of the newest range that may be given back: once, or its mark could be lowered twice. */
    private final Map<String, Long> newest = new ConcurrentHashMap<>();

    WitnessedSegmentStore(SegmentStore store, SegmentWitness witness, Duration timeLimit) {
        this.store = Objects.requireNonNull(store, "store");
        this.witness = Objects.requireNonNull(witness, "witness");
        this.timeLimit = timeLimit;
    }

    /**
     * Puts a witness beside a store.
     *
     * @param store where ranges come from
     * @param witness what remembers them, in another failure domain than the store
     * @return a store that uses ranges only with the witness's word
     */
    public static WitnessedSegmentStore of(SegmentStore store, SegmentWitness witness) {
        return new WitnessedSegmentStore(store, witness, TIME_LIMIT);
    }

    @Override
    public CompletionStage<Boolean> create(SegmentTag tag) {
        return store.create(tag);
    }

    /** Refusals so far, how many of them in a row accuse the store, and the mark that the last one named. */
    private record Refusals(int all, int accusing, long mark) {

        static final Refusals NONE = new Refusals(0, 0, Long.MAX_VALUE);

        Refusals and(Range range, long newMark) {
            return new Refusals(all + 1, range.first() <= mark ? accusing + 1 : 1, newMark);
        }
    }

    @Override
    public CompletionStage<Reservation> reserve(SegmentDemand demand) {
        return reserve(demand, Refusals.NONE);
    }

    private CompletionStage<Reservation> reserve(SegmentDemand demand, Refusals before) {
        return store.reserve(demand)
                .thenCompose(answer -> answer instanceof Range range
                        ? witnessed(demand, range, before)
                        : CompletableFuture.completedFuture(answer));
    }

    private CompletionStage<Reservation> witnessed(SegmentDemand demand, Range range, Refusals before) {
        String tag = demand.tag();
        return ask(tag, () -> witness.raise(tag, range.first(), range.last())).thenCompose(refusedBy -> {
            if (refusedBy.isEmpty()) {
                newest.merge(tag, range.revision(), Math::max);
                return CompletableFuture.completedFuture(range);
            }
            return refused(demand, range, before.and(range, refusedBy.getAsLong()));
        });
    }

    private CompletionStage<Reservation> refused(SegmentDemand demand, Range range, Refusals refusals) {
        String what = "tag=" + demand.tag() + ", first=" + range.first() + ", mark=" + refusals.mark;
        if (refusals.accusing >= REFUSALS) {
            return CompletableFuture.failedFuture(
                    new StoreWentBackException("a range must lie above the witness's mark: " + what));
        }
        if (refusals.all >= ATTEMPTS) {
            return CompletableFuture.failedFuture(new BackendException(
                    "a range must be raised before others are: " + what, Outcome.NOT_APPLIED, null));
        }
        LOG.info("A witness refused a range, which is dropped: {}", what);
        return reserve(demand, refusals);
    }

    @Override
    public CompletionStage<Boolean> giveBack(String tag, Range range, long lastUsed) {
        SegmentTag.requireName(tag);
        range.requireLastUsed(lastUsed);
        if (!newest.remove(tag, range.revision())) {
            return CompletableFuture.completedFuture(false);
        }
        if (lastUsed == range.last()) {
            return store.giveBack(tag, range, lastUsed);
        }
        return ask(tag, () -> witness.lower(tag, range.last(), lastUsed))
                .thenCompose(lowered ->
                        lowered ? store.giveBack(tag, range, lastUsed) : CompletableFuture.completedFuture(false));
    }

    private <T> CompletionStage<T> ask(String tag, Supplier<CompletionStage<T>> call) {
        CompletableFuture<T> answer;
        try {
            answer = call.get().toCompletableFuture().copy();
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        return answer.orTimeout(timeLimit.toNanos(), TimeUnit.NANOSECONDS).handle((value, error) -> {
            if (error != null) {
                throw failed(tag, error);
            }
            return value;
        });
    }

    private static BackendException failed(String tag, Throwable error) {
        @Nullable Throwable inner = error instanceof CompletionException ? error.getCause() : error;
        return inner instanceof BackendException backend
                ? backend
                : new BackendException("a witness must answer in time: tag=" + tag, Outcome.UNKNOWN, inner);
    }

    /** {@inheritDoc} The scope names the witness too. */
    @Override
    public Guarantee guarantee() {
        Guarantee guarantee = store.guarantee();
        return new Guarantee(
                guarantee.level(), guarantee.scope() + "; a store that went back is refused by " + witness.scope());
    }
}
