package dev.pawl.testkit;

import dev.pawl.idgen.Guarantee;
import dev.pawl.idgen.spi.Reservation;
import dev.pawl.idgen.spi.Reservation.Range;
import dev.pawl.idgen.spi.SegmentDemand;
import dev.pawl.idgen.spi.SegmentStore;
import dev.pawl.idgen.spi.SegmentTag;
import dev.pawl.idgen.spi.TagAdmin;
import dev.pawl.idgen.store.InMemorySegmentStore;
import dev.pawl.idgen.store.WitnessedSegmentStore;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** A store with a witness owes what a store owes, but for gaps where instances overtake each other: here they do not. */
final class WitnessedSegmentStoreTest extends SegmentStoreTck {

    private final InMemorySegmentStore store = new InMemorySegmentStore();
    private final PlantedWitness witness = new PlantedWitness(PlantedWitness.Bug.NONE, PlantedWitness.newMarks());

    @Override
    protected SegmentStore open() {
        return new InTurn(WitnessedSegmentStore.of(store, witness), store);
    }

    @Override
    protected Optional<TagAdmin> admin(SegmentStore opened) {
        return Optional.of(store);
    }

    /** Lets one reservation at a time through, of all instances. */
    private record InTurn(SegmentStore inner, Object turn) implements SegmentStore {

        @Override
        public CompletionStage<Boolean> create(SegmentTag tag) {
            return inner.create(tag);
        }

        @Override
        public CompletionStage<Reservation> reserve(SegmentDemand demand) {
            synchronized (turn) {
                return inner.reserve(demand);
            }
        }

        @Override
        public CompletionStage<Boolean> giveBack(String tag, Range range, long lastUsed) {
            synchronized (turn) {
                return inner.giveBack(tag, range, lastUsed);
            }
        }

        @Override
        public Guarantee guarantee() {
            return inner.guarantee();
        }
    }
}
