package dev.pawl.idgen.segment;

import dev.pawl.common.BackendException;
import dev.pawl.idgen.Guarantee;
import dev.pawl.idgen.StoreWentBackException;
import dev.pawl.idgen.spi.Reservation;
import dev.pawl.idgen.spi.Reservation.Range;
import dev.pawl.idgen.spi.SegmentDemand;
import dev.pawl.idgen.spi.SegmentStore;
import dev.pawl.idgen.spi.SegmentTag;
import dev.pawl.idgen.store.InMemorySegmentStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Several real generators on one tag, over a network that loses, delays and repeats calls: they take ids, close and crash as
 * the seed says. One thread, no time.
 */
final class SegmentSimulation {

    /** How a store answers a give-back, the right way or a wrong one. */
    interface GiveBack {
        boolean apply(InMemorySegmentStore store, Range range, long lastUsed);
    }

    static final GiveBack BY_REVISION = (store, range, lastUsed) ->
            store.giveBack("orders", range, lastUsed).toCompletableFuture().join();

    /** The bug: whoever finds the mark at its range's end takes it for untouched. */
    static final GiveBack BY_VALUE = (store, range, lastUsed) -> {
        long revision = store.find("orders")
                .toCompletableFuture()
                .join()
                .filter(tag -> tag.lastId() == range.last())
                .map(tag -> tag.revision())
                .orElse(-1L);
        return BY_REVISION.apply(store, new Range(range.first(), range.last(), revision), lastUsed);
    };

    final SplittableRandom random;
    final FakeNetwork network;
    private final GiveBack giveBack;
    private final int stepsBack;
    private final UnaryOperator<SegmentStore> perInstance;
    private final List<Consumer<InMemorySegmentStore>> log = new ArrayList<>();
    private InMemorySegmentStore store = empty();
    private final List<SegmentGenerator> alive = new ArrayList<>();
    private final List<SegmentGenerator> crashed = new ArrayList<>();
    private final Set<Long> seen = new HashSet<>();
    private int repeated;
    private int accused;

    /** With {@code stepsBack} above 0, the store goes back now and then, by as many changes at most. */
    SegmentSimulation(
            SplittableRandom random,
            FakeNetwork network,
            GiveBack giveBack,
            int stepsBack,
            UnaryOperator<SegmentStore> perInstance) {
        this.random = random;
        this.network = network;
        this.giveBack = giveBack;
        this.stepsBack = stepsBack;
        this.perInstance = perInstance;
    }

    int repeated() {
        return repeated;
    }

    int accused() {
        return accused;
    }

    int issued() {
        return seen.size();
    }

    SegmentSimulation run(int steps) {
        for (int i = 0; i < steps; i++) {
            step();
        }
        alive.forEach(SegmentGenerator::close);
        crashed.forEach(SegmentGenerator::close);
        network.settle();
        SegmentGenerator last = start();
        network.settle();
        take(last, 10);
        last.close();
        return this;
    }

    private void step() {
        int dice = random.nextInt(100);
        if (dice < 8 || alive.isEmpty()) {
            if (alive.size() < 4) {
                start();
            }
            return;
        }
        SegmentGenerator one = alive.get(random.nextInt(alive.size()));
        if (dice < 45) {
            take(one, 1 + random.nextInt(8));
        } else if (dice < 51) {
            alive.remove(one);
            one.close();
        } else if (dice < 54) {
            alive.remove(one);
            crashed.add(one); // what it has under way goes on without it
        } else if (dice < 56 && stepsBack > 0) {
            goBack(random.nextInt(stepsBack));
        } else {
            network.step();
        }
    }

    private SegmentGenerator start() {
        SegmentGeneratorBuilder builder = SegmentGenerator.builder(perInstance.apply(new Remote()), "orders")
                .floor(10)
                .ceiling(10)
                .maxWait(Duration.ZERO)
                .ticker(() -> 0);
        builder.delayed = nanos -> network.later();
        SegmentGenerator started = builder.build();
        alive.add(started);
        return started;
    }

    private void take(SegmentGenerator ids, int count) {
        try {
            for (int i = 0; i < count; i++) {
                OptionalLong id = ids.tryNextId(Duration.ZERO);
                if (id.isPresent() && !seen.add(id.getAsLong())) {
                    repeated++;
                }
            }
        } catch (StoreWentBackException e) {
            accused++;
            alive.remove(ids);
            ids.close();
        } catch (BackendException notNow) {
            throw new AssertionError("tryNextId answers empty", notNow);
        }
    }

    private static InMemorySegmentStore empty() {
        InMemorySegmentStore empty = new InMemorySegmentStore();
        empty.create(SegmentTag.of("orders"));
        return empty;
    }

    private <T> T change(Function<InMemorySegmentStore, T> change) {
        log.add(change::apply);
        return change.apply(store);
    }

    private void goBack(int changes) {
        log.subList(Math.max(0, log.size() - changes), log.size()).clear();
        store = empty();
        log.forEach(change -> change.accept(store));
    }

    /** The store as an instance sees it. */
    private final class Remote implements SegmentStore {
        @Override
        public CompletionStage<Boolean> create(SegmentTag tag) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<Reservation> reserve(SegmentDemand demand) {
            return network.call(() -> change(
                    shared -> shared.reserve(demand).toCompletableFuture().join()));
        }

        @Override
        public CompletionStage<Boolean> giveBack(String tag, Range range, long lastUsed) {
            return network.call(() -> change(shared -> giveBack.apply(shared, range, lastUsed)));
        }

        @Override
        public Guarantee guarantee() {
            return store.guarantee();
        }
    }
}
