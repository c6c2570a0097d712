package dev.pawl.idgen.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.idgen.FakeWitness;
import dev.pawl.idgen.Guarantee;
import dev.pawl.idgen.StoreWentBackException;
import dev.pawl.idgen.segment.SegmentGenerator;
import dev.pawl.idgen.spi.Reservation;
import dev.pawl.idgen.spi.Reservation.Exhausted;
import dev.pawl.idgen.spi.Reservation.Range;
import dev.pawl.idgen.spi.Reservation.UnknownTag;
import dev.pawl.idgen.spi.SegmentDemand;
import dev.pawl.idgen.spi.SegmentStore;
import dev.pawl.idgen.spi.SegmentTag;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Each schedule that the overview of {@link WitnessedSegmentStore} argues about. */
class WitnessedSegmentStoreTest {

    private final GoesBack store = new GoesBack();
    private final FakeWitness witness = new FakeWitness();
    private final WitnessedSegmentStore a = WitnessedSegmentStore.of(store, witness);
    private final WitnessedSegmentStore b = WitnessedSegmentStore.of(store, witness);

    /** A store that can be replaced by a backup, and that lets others in before its answer arrives. */
    private static final class GoesBack implements SegmentStore {
        private InMemorySegmentStore now = backup(0);
        private Runnable beforeTheAnswer = () -> {};
        private int reservations;
        private int givenBack;

        static InMemorySegmentStore backup(long mark) {
            InMemorySegmentStore backup = new InMemorySegmentStore();
            backup.create(new SegmentTag("orders", 1, 1_000_000));
            if (mark > 0) {
                backup.reserve("orders", mark);
            }
            return backup;
        }

        @Override
        public CompletionStage<Boolean> create(SegmentTag tag) {
            return now.create(tag);
        }

        @Override
        public CompletionStage<Reservation> reserve(SegmentDemand demand) {
            reservations++;
            CompletionStage<Reservation> answer = now.reserve(demand);
            beforeTheAnswer.run();
            return answer;
        }

        @Override
        public CompletionStage<Boolean> giveBack(String tag, Range range, long lastUsed) {
            givenBack++;
            return now.giveBack(tag, range, lastUsed);
        }

        @Override
        public Guarantee guarantee() {
            return now.guarantee();
        }
    }

    private static Reservation answer(SegmentStore store, long step) {
        try {
            return store.reserve("orders", step).toCompletableFuture().join();
        } catch (CompletionException e) {
            throw (RuntimeException) e.getCause();
        }
    }

    private static Range reserve(SegmentStore store, long step) {
        return (Range) answer(store, step);
    }

    private static boolean giveBack(SegmentStore store, Range range, long lastUsed) {
        return store.giveBack("orders", range, lastUsed).toCompletableFuture().join();
    }

    private static void assertRange(Range range, long first, long last) {
        assertThat(range).extracting(Range::first, Range::last).containsExactly(first, last);
    }

    @Test
    void aRangeIsHandedOutOnceTheWitnessKnowsIt() {
        assertRange(reserve(a, 1_000), 1, 1_000);
        assertThat(witness.marks).containsEntry("orders", 1_000L);
        assertRange(reserve(b, 10), 1_001, 1_010);
        assertThat(witness.calls).containsExactly("raise 1..1000", "raise 1001..1010");
    }

    @Test
    void answersThatAreNoRangeAreHandedOnAndNotWitnessed() {
        assertThat(a.reserve("unknown", 1).toCompletableFuture().join()).isEqualTo(new UnknownTag());
        reserve(a, 1_000_000);
        assertThat(answer(a, 1)).isEqualTo(new Exhausted(1_000_000));
        assertThat(witness.calls).hasSize(1);
        assertThat(a.create(SegmentTag.of("new")).toCompletableFuture().join()).isTrue();
        assertThatIllegalArgumentException().isThrownBy(() -> a.reserve("a b", 1));
        assertThatIllegalArgumentException().isThrownBy(() -> a.reserve("orders", 0));
    }

    /** A is granted 1..1000 and B 1001..2000, and B's raise arrives first. */
    @Test
    void aRangeThatComesToTheWitnessTooLateIsDroppedAndNobodyIsAccused() {
        store.beforeTheAnswer = () -> {
            store.beforeTheAnswer = () -> {};
            assertRange(reserve(b, 1_000), 1_001, 2_000);
        };
        assertRange(reserve(a, 1_000), 2_001, 3_000);
        assertThat(witness.calls).containsExactly("raise 1001..2000", "raise 1..1000", "raise 2001..3000");
    }

    @Test
    void anInstanceThatIsAlwaysTooLateFailsForNowAndAccusesNobody() {
        boolean[] inner = {false};
        store.beforeTheAnswer = () -> {
            if (!inner[0]) {
                inner[0] = true;
                reserve(b, 10);
                inner[0] = false;
            }
        };
        assertThatExceptionOfType(BackendException.class)
                .isThrownBy(() -> reserve(a, 10))
                .satisfies(e -> assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED))
                .withMessageStartingWith("a range must be raised before others are: tag=orders, first=");
        store.beforeTheAnswer = () -> {};
        assertRange(reserve(a, 10), 201, 210);
    }

    @Test
    void aStoreThatWentBackIsFoundOutByAnInstanceThatWasNeverGrantedAnything() {
        reserve(a, 50_000);
        store.now = GoesBack.backup(3_000);
        assertThatExceptionOfType(StoreWentBackException.class)
                .isThrownBy(() -> reserve(b, 1_000))
                .withMessage("a range must lie above the witness's mark: tag=orders, first=5001, mark=50000");
        assertThat(store.reservations).as("one, and three that were refused").isEqualTo(4);
        assertThat(witness.marks).containsEntry("orders", 50_000L);
    }

    @Test
    void aStoreThatWentBackByLessThanThreeRangesCatchesUpByThoseRefused() {
        reserve(a, 4_500);
        store.now = GoesBack.backup(3_000);
        assertRange(reserve(b, 1_000), 5_001, 6_000);
    }

    @Test
    void aGeneratorOverAStoreThatWentBackDoesNotAskItAgain() {
        reserve(a, 50_000);
        store.now = GoesBack.backup(0);
        SegmentGenerator ids = SegmentGenerator.builder(b, "orders").build();
        assertThatExceptionOfType(StoreWentBackException.class).isThrownBy(ids::nextId);
        int asked = store.reservations;
        assertThatExceptionOfType(StoreWentBackException.class).isThrownBy(ids::nextId);
        assertThat(store.reservations).isEqualTo(asked);
    }

    /** A local file on A's host, and none on B's. */
    @Test
    void aWitnessThatOnlySomeInstancesUseCoversOnlyTheirRanges() {
        FakeWitness ofAsHost = new FakeWitness();
        WitnessedSegmentStore onAsHost = WitnessedSegmentStore.of(store, ofAsHost);
        assertRange(reserve(onAsHost, 2_000), 1, 2_000);
        store.now = GoesBack.backup(3_000);
        assertRange(reserve(store, 47_000), 3_001, 50_000); // B, of whom A's host knows nothing
        store.now = GoesBack.backup(3_000);
        assertRange(reserve(onAsHost, 1_000), 3_001, 4_000); // given to B before

        witness.raised("orders", 1, 2_000);
        witness.raised("orders", 3_001, 50_000);
        store.now = GoesBack.backup(3_000);
        assertThatExceptionOfType(StoreWentBackException.class).isThrownBy(() -> reserve(a, 1_000));
    }

    @Test
    void noRangeIsUsedWithoutTheWitnesssWord() {
        witness.failure = new IllegalStateException("a client's own exception");
        assertThatExceptionOfType(BackendException.class)
                .isThrownBy(() -> reserve(a, 10))
                .withMessage("a witness must answer in time: tag=orders")
                .withCause(witness.failure);
        BackendException down = new BackendException("down", Outcome.NOT_APPLIED, null);
        witness.failure = down;
        assertThatExceptionOfType(BackendException.class)
                .isThrownBy(() -> reserve(a, 10))
                .isSameAs(down);
        witness.failure = null;
        assertRange(reserve(a, 10), 21, 30);
    }

    @Test
    void aWitnessThatNeverAnswersFailsTheCallInTime() {
        WitnessedSegmentStore impatient = new WitnessedSegmentStore(store, witness, Duration.ofMillis(20));
        witness.silent = true;
        assertThatExceptionOfType(BackendException.class)
                .isThrownBy(() -> reserve(impatient, 10))
                .withMessage("a witness must answer in time: tag=orders");
    }

    @Test
    void aRaiseWhoseReplyIsLostCostsItsRange() {
        witness.failure = new BackendException("lost", Outcome.UNKNOWN, null);
        witness.appliedThoughFailing = true;
        assertThatExceptionOfType(BackendException.class).isThrownBy(() -> reserve(a, 10));
        witness.failure = null;
        assertRange(reserve(a, 10), 11, 20);
        assertThat(witness.raised("orders", 1, 10))
                .as("applied late, once more")
                .hasValue(20);
    }

    @Test
    void theMarkIsLoweredBeforeTheTailIsGivenBack() {
        Range range = reserve(a, 1_000);
        assertThat(giveBack(a, range, 400)).isTrue();
        assertThat(witness.marks).containsEntry("orders", 400L);
        assertRange(reserve(b, 10), 401, 410);
    }

    @Test
    void aRangeThatIsUsedUpIsGivenBackWithoutTheWitness() {
        Range range = reserve(a, 1_000);
        assertThat(giveBack(a, range, 1_000)).isTrue();
        assertThat(witness.calls).hasSize(1);
        assertThat(witness.marks).containsEntry("orders", 1_000L);
        assertRange(reserve(b, 10), 1_001, 1_010);
    }

    @Test
    void twoRangesSideBySideAreGivenBackAsOne() {
        Range one = reserve(a, 100);
        Range two = reserve(a, 100);
        assertThat(giveBack(a, new Range(one.first(), two.last(), two.revision()), 30))
                .isTrue();
        assertThat(witness.marks).containsEntry("orders", 30L);
        assertRange(reserve(b, 10), 31, 40);
    }

    @Test
    void nothingIsGivenBackToTheStoreUnlessTheMarkWasLowered() {
        Range range = reserve(a, 1_000);
        reserve(b, 1_000);
        assertThat(giveBack(a, range, 400)).isFalse();
        assertThat(store.givenBack).isZero();
        assertThat(witness.marks).containsEntry("orders", 2_000L);
    }

    @Test
    void aLowerWhoseReplyIsLostGivesNothingBackAndIsNotRepeated() {
        Range range = reserve(a, 1_000);
        witness.failure = new BackendException("lost", Outcome.UNKNOWN, null);
        witness.appliedThoughFailing = true;
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(() -> giveBack(a, range, 400))
                .withCause(witness.failure);
        witness.failure = null;
        assertThat(giveBack(a, range, 400)).isFalse();
        assertThat(store.givenBack).isZero();
        assertThat(witness.calls).containsExactly("raise 1..1000", "lower 1000 to 400");
        assertRange(reserve(b, 10), 1_001, 1_010);
    }

    /** A gives back, B is granted the same greatest number, A repeats its call, and the store goes back. */
    @Test
    void aGiveBackThatIsRepeatedDoesNotLowerAMarkThatIsTheSameAgain() {
        Range range = reserve(a, 2_000);
        assertThat(giveBack(a, range, 1_200)).isTrue();
        assertRange(reserve(b, 800), 1_201, 2_000);
        assertThat(giveBack(a, range, 1_200)).isFalse();
        assertThat(witness.marks).containsEntry("orders", 2_000L);
        store.now = GoesBack.backup(1_200);
        assertRange(reserve(a, 500), 2_201, 2_700);
    }

    /** The process dies once the witness has lowered its mark. */
    @Test
    void aCrashBetweenLowerAndGiveBackCostsTheTail() {
        Range range = reserve(a, 1_000);
        assertThat(witness.lowered("orders", range.last(), 400)).isTrue();
        assertRange(reserve(b, 10), 1_001, 1_010);
    }

    @Test
    void aRangeThatAnotherReservedAfterTheLowerIsUsedAndTheTailIsAGap() {
        Range range = reserve(a, 1_000);
        List<Boolean> answers = new ArrayList<>();
        store.beforeTheAnswer = () -> {
            store.beforeTheAnswer = () -> {};
            answers.add(giveBack(a, range, 400));
        };
        assertRange(reserve(b, 10), 1_001, 1_010);
        assertThat(answers).containsExactly(false);
        assertThat(witness.marks).containsEntry("orders", 1_010L);
    }

    @Test
    void aLastNumberOutsideTheRangeLowersNothing() {
        Range range = reserve(a, 1_000);
        for (long lastUsed : new long[] {-1, 1_001, Long.MIN_VALUE, Long.MAX_VALUE}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> a.giveBack("orders", range, lastUsed))
                    .withMessageContaining("lastUsed");
        }
        assertThatIllegalArgumentException().isThrownBy(() -> a.giveBack("a b", range, 5));
        assertThat(witness.calls).hasSize(1);
        assertThat(giveBack(a, range, 5)).as("nothing was forgotten").isTrue();
    }

    @Test
    void rangesOfOthersAreNotGivenBack() {
        Range range = reserve(a, 1_000);
        assertThat(giveBack(b, range, 5)).isFalse();
        assertThat(witness.marks).containsEntry("orders", 1_000L);
    }

    @Test
    void theGuaranteeNamesStoreAndWitness() {
        assertThat(a.guarantee().level()).isEqualTo(store.guarantee().level());
        assertThat(a.guarantee().scope())
                .isEqualTo("this process; a store that went back is refused by all of this test");
    }

    @Test
    void aStoreThatFailsIsHandedOn() {
        BackendException down = new BackendException("down", Outcome.UNKNOWN, null);
        store.beforeTheAnswer = () -> {
            throw down;
        };
        assertThatExceptionOfType(BackendException.class)
                .isThrownBy(() -> reserve(a, 10))
                .isSameAs(down);
        assertThat(witness.calls).isEmpty();
    }
}
