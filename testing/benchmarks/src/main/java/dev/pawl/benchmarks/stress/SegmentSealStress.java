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
 * A close gives the unused ids back to the store. No caller that was under way may keep one of those, and the next
 * generator goes on right behind, but for the ids of calls that were refused after they had one.
 */
@JCStressTest
@Outcome(id = Sealing.SOUND, expect = ACCEPTABLE, desc = "nothing after close, no repetition, and the tail given back")
@Outcome(expect = FORBIDDEN, desc = "the seal let something through")
@State
public class SegmentSealStress {

    private static final int CALLS = 2;

    private final InMemorySegmentStore store = new InMemorySegmentStore();
    private final Sealing sealing;

    /** Makes the generator. */
    public SegmentSealStress() {
        store.create(SegmentTag.of("stress")).toCompletableFuture().join();
        sealing = new Sealing(newGenerator());
    }

    private SegmentGenerator newGenerator() {
        return SegmentGenerator.builder(store, "stress").floor(10).ceiling(10).build();
    }

    /** Closes the generator. */
    @Actor
    public void close() {
        sealing.close();
    }

    /** Takes an id, and another one knowing whether the generator is closed. */
    @Actor
    public void take() {
        sealing.takeEarly();
        sealing.takeLate();
    }

    /**
     * Starts a successor.
     *
     * @param result what was seen
     */
    @Arbiter
    public void succeed(L_Result result) {
        try (SegmentGenerator successor = newGenerator()) {
            long first = successor.nextId();
            String seen = sealing.seen(first);
            boolean gap = first > sealing.greatest() + 1 + CALLS;
            result.r1 = seen.equals(Sealing.SOUND) && gap ? "a gap before " + first : seen;
        }
    }
}
