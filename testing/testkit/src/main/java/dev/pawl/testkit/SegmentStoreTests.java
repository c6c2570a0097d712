package dev.pawl.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pawl.idgen.spi.Reservation;
import dev.pawl.idgen.spi.Reservation.Range;
import dev.pawl.idgen.spi.SegmentStore;
import dev.pawl.idgen.spi.TagAdmin;
import java.util.Optional;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;

/** What all parts of {@link SegmentStoreTck} share. */
abstract class SegmentStoreTests {

    static final long GREATEST = Long.MAX_VALUE - 1;

    final SegmentCalls calls = new SegmentCalls();

    /**
     * Opens a store over the data of this test. Each store that a test opens stands for one process: over the same
     * data, they must not share anything in memory that processes could not share. Closing what a store holds is left
     * to the subclass, after each test.
     *
     * @return a store that is ready for use
     * @throws Exception if the store cannot be opened, which fails the test
     */
    protected abstract SegmentStore open() throws Exception;

    /**
     * Returns the operators' side of a store. The tests of it are skipped where it is absent.
     *
     * @param store one that {@link #open()} returned
     * @return the store itself if it is a {@link TagAdmin}
     */
    protected Optional<TagAdmin> admin(SegmentStore store) {
        return store instanceof TagAdmin admin ? Optional.of(admin) : Optional.empty();
    }

    /** Holds what was granted in a test against the invariants. */
    @AfterEach
    final void everyRangeGrantedIsWithinBoundsRisingAndUsedOnce() {
        calls.history().assertInvariants();
    }

    final TagAdmin adminOf(SegmentStore store) {
        Optional<TagAdmin> admin = admin(store);
        assumeTrue(admin.isPresent(), "the store has no side for operators");
        return admin.orElseThrow();
    }

    static void assertRange(Reservation answer, long first, long last) {
        assertThat(answer)
                .asInstanceOf(InstanceOfAssertFactories.type(Range.class))
                .extracting(Range::first, Range::last)
                .containsExactly(first, last);
    }
}
