package dev.pawl.idgen.segment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.idgen.FakeWitness;
import dev.pawl.idgen.segment.SegmentSimulation.GiveBack;
import dev.pawl.idgen.spi.SegmentStore;
import dev.pawl.idgen.spi.SegmentWitness;
import dev.pawl.idgen.store.WitnessedSegmentStore;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import java.util.function.LongFunction;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** No schedule of lost, late and repeated calls, crashes, give-backs and backups repeats an id; each bug planted does. */
class SegmentSimulationTest {

    private static final int SEEDS = 1_000;
    private static final int SEEDS_WITH_WITNESS = 300;
    private static final int STEPS = 300;
    private static final UnaryOperator<SegmentStore> WITHOUT_WITNESS = UnaryOperator.identity();

    /** What all seeds together came to. */
    private record Sum(long issued, long repeated, long accused, long lastSeed) {}

    /** Runs one seed after the other, until an id is repeated. */
    private static Sum run(int seeds, LongFunction<SegmentSimulation> simulation) {
        Sum sum = new Sum(0, 0, 0, -1);
        for (long seed = 0; seed < seeds && sum.repeated == 0; seed++) {
            SegmentSimulation done = simulation.apply(seed).run(STEPS);
            sum = new Sum(sum.issued + done.issued(), done.repeated(), sum.accused + done.accused(), seed);
        }
        return sum;
    }

    private static SegmentSimulation simulation(long seed, GiveBack giveBack, int stepsBack) {
        SplittableRandom random = new SplittableRandom(seed);
        return new SegmentSimulation(random, new FakeNetwork(random), giveBack, stepsBack, WITHOUT_WITNESS);
    }

    private static SegmentSimulation witnessed(long seed, int stepsBack) {
        SplittableRandom random = new SplittableRandom(seed);
        FakeNetwork network = new FakeNetwork(random);
        SegmentWitness remote = new RemoteWitness(network);
        return new SegmentSimulation(
                random,
                network,
                SegmentSimulation.BY_REVISION,
                stepsBack,
                store -> WitnessedSegmentStore.of(store, remote));
    }

    @Test
    void aGiveBackByRevisionRepeatsNothing() {
        Sum sum = run(SEEDS, seed -> simulation(seed, SegmentSimulation.BY_REVISION, 0));
        assertThat(sum.repeated).as("seed %s", sum.lastSeed).isZero();
        assertThat(sum.issued).isGreaterThan(SEEDS * 50L);
        assertThat(sum.accused).isZero();
    }

    @Test
    void aGiveBackByValueRepeatsIds() {
        assertThat(run(SEEDS, seed -> simulation(seed, SegmentSimulation.BY_VALUE, 0)).repeated)
                .isPositive();
    }

    @Test
    void aStoreThatGoesBackRepeatsIdsWithoutAWitness() {
        assertThat(run(SEEDS, seed -> simulation(seed, SegmentSimulation.BY_REVISION, 8)).repeated)
                .isPositive();
    }

    @Test
    void aStoreThatGoesBackRepeatsNothingWithAWitness() {
        Sum sum = run(SEEDS_WITH_WITNESS, seed -> witnessed(seed, 40));
        assertThat(sum.repeated).as("seed %s", sum.lastSeed).isZero();
        assertThat(sum.issued).isGreaterThan(SEEDS_WITH_WITNESS * 30L);
        assertThat(sum.accused).isPositive();
    }

    @Test
    void aStoreThatDoesNotGoBackIsNotAccusedByItsWitness() {
        Sum sum = run(SEEDS_WITH_WITNESS, seed -> witnessed(seed, 0));
        assertThat(sum.repeated).as("seed %s", sum.lastSeed).isZero();
        assertThat(sum.accused).isZero();
    }

    /** The witness as all instances see it; a lower is not repeated on the way, as its contract says. */
    private record RemoteWitness(FakeNetwork network, FakeWitness shared) implements SegmentWitness {

        RemoteWitness(FakeNetwork network) {
            this(network, new FakeWitness());
        }

        @Override
        public CompletionStage<OptionalLong> raise(String tag, long first, long last) {
            return network.call(() -> shared.raised(tag, first, last));
        }

        @Override
        public CompletionStage<Boolean> lower(String tag, long from, long to) {
            return network.callAtMostOnce(() -> shared.lowered(tag, from, to));
        }

        @Override
        public String scope() {
            return "all of this test";
        }
    }
}
