package dev.pawl.benchmarks.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.pawl.idgen.segment.SegmentGenerator;
import dev.pawl.idgen.spi.SegmentTag;
import dev.pawl.idgen.store.InMemorySegmentStore;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * Whoever asks after another has an id gets a larger one, over the edges of segments too: these are three ids long. One
 * generator serves all states of a run, since making one costs more than what is tested.
 */
@JCStressTest
@Outcome(id = Order.KEPT, expect = ACCEPTABLE, desc = "the later id is larger")
@Outcome(id = Order.TOGETHER, expect = ACCEPTABLE, desc = "neither was first, and the ids differ")
@Outcome(expect = FORBIDDEN, desc = "an order that was seen is not the ids' order")
@State
public class SegmentOrderStress {

    private static final SegmentGenerator GENERATOR = newGenerator();

    private final Order order = new Order();

    static SegmentGenerator newGenerator() {
        InMemorySegmentStore store = new InMemorySegmentStore();
        store.create(SegmentTag.of("stress")).toCompletableFuture().join();
        return SegmentGenerator.builder(store, "stress").floor(3).ceiling(3).build();
    }

    /** Takes an id and says so. */
    @Actor
    public void first() {
        order.announce(GENERATOR.nextId());
    }

    /** Looks whether the other has said so and takes an id. */
    @Actor
    public void second() {
        order.follow(GENERATOR::nextId);
    }

    /**
     * Compares the two.
     *
     * @param result what was seen
     */
    @Arbiter
    public void compare(L_Result result) {
        result.r1 = order.seen();
    }
}
