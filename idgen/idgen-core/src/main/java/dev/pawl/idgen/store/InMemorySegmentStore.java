package dev.pawl.idgen.store;

import dev.pawl.idgen.Guarantee;
import dev.pawl.idgen.Guarantee.Level;
import dev.pawl.idgen.spi.Reservation;
import dev.pawl.idgen.spi.Reservation.Range;
import dev.pawl.idgen.spi.Reservation.UnknownTag;
import dev.pawl.idgen.spi.SegmentDemand;
import dev.pawl.idgen.spi.SegmentStore;
import dev.pawl.idgen.spi.SegmentTag;
import dev.pawl.idgen.spi.TagAdmin;
import dev.pawl.idgen.spi.TagState;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Segments kept in this object only, for tests and for ids that need not outlive the process. Thread-safe; answers on the
 * caller's thread and never blocks.
 */
public final class InMemorySegmentStore implements SegmentStore, TagAdmin {

    private final ConcurrentNavigableMap<String, TagState> tags = new ConcurrentSkipListMap<>();

    /** Makes a store without tags. */
    public InMemorySegmentStore() {}

    @Override
    public CompletionStage<Boolean> create(SegmentTag tag) {
        TagState created = new TagState(tag.name(), tag.firstId() - 1, tag.maxId(), tag.reset(), false, 0);
        return CompletableFuture.completedFuture(tags.putIfAbsent(tag.name(), created) == null);
    }

    @Override
    public CompletionStage<Reservation> reserve(SegmentDemand demand) {
        AtomicReference<Reservation> answer = new AtomicReference<>(new UnknownTag());
        tags.computeIfPresent(demand.tag(), (name, tag) -> {
            Reservation reservation = tag.answer(demand);
            answer.set(reservation);
            return reservation instanceof Range range ? tag.forward(range.last(), tag.maxId()) : tag;
        });
        return CompletableFuture.completedFuture(answer.get());
    }

    @Override
    public CompletionStage<Boolean> giveBack(String tag, Range range, long lastUsed) {
        range.requireLastUsed(lastUsed);
        SegmentTag.requireName(tag);
        return CompletableFuture.completedFuture(change(
                tag,
                state -> state.revision() == range.revision(),
                state -> new TagState(
                        tag, lastUsed, state.maxId(), state.reset(), state.paused(), state.revision() + 1)));
    }

    @Override
    public CompletionStage<Optional<TagState>> find(String tag) {
        return CompletableFuture.completedFuture(Optional.ofNullable(tags.get(SegmentTag.requireName(tag))));
    }

    @Override
    public CompletionStage<List<TagState>> list(String after, int limit) {
        TagAdmin.requireLimit(limit);
        return CompletableFuture.completedFuture(
                tags.tailMap(after, false).values().stream().limit(limit).toList());
    }

    @Override
    public CompletionStage<Boolean> compareAndSet(TagState next) {
        return CompletableFuture.completedFuture(change(next.name(), state -> state.mayBecome(next), state -> next));
    }

    private boolean change(String tag, Predicate<TagState> condition, UnaryOperator<TagState> change) {
        AtomicBoolean changed = new AtomicBoolean();
        tags.computeIfPresent(tag, (name, state) -> {
            changed.set(condition.test(state));
            return changed.get() ? change.apply(state) : state;
        });
        return changed.get();
    }

    @Override
    public Guarantee guarantee() {
        return new Guarantee(Level.EPHEMERAL, "this process");
    }
}
