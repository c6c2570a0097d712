package dev.pawl.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.pawl.idgen.spi.Reservation.Exhausted;
import dev.pawl.idgen.spi.Reservation.Range;
import dev.pawl.idgen.spi.Reservation.UnknownTag;
import dev.pawl.idgen.spi.SegmentStore;
import dev.pawl.idgen.spi.SegmentTag;
import dev.pawl.testkit.SegmentHistory.Grant;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What every {@link SegmentStore} owes its callers, as tests. Extend it, say how a store is opened, and run it with
 * JUnit Jupiter:
 *
 * <pre>{@code
 * final class MySegmentStoreIT extends SegmentStoreTck {
 *     @Override
 *     protected SegmentStore open() {
 *         return new MySegmentStore(dataSource);
 *     }
 * }
 * }</pre>
 *
 * <p>What operators do is tested where the store is a {@link dev.pawl.idgen.spi.TagAdmin} too.
 *
 * <p>Tags have random names, so that tests may share one database. After each test all ranges that were granted in it
 * are held against each other: within the tag's bounds, rising with the revision, none in use twice, and the revisions
 * in the order of calls that followed each other.
 */
public abstract class SegmentStoreTck extends SegmentDemandTests {

    /** Makes the test. */
    protected SegmentStoreTck() {}

    @Test
    final void aNewTagBeginsAtItsFirstId() throws Exception {
        SegmentStore store = open();
        SegmentTag tag = calls.create(store, 1_000, GREATEST);
        assertThat(calls.reserve(store, tag, 10).range())
                .extracting(Range::first, Range::last)
                .containsExactly(1_000L, 1_009L);
    }

    @Test
    final void theNextRangeBeginsBehindTheLastOneAndTheRevisionRises() throws Exception {
        SegmentStore store = open();
        SegmentTag tag = calls.create(store, 1, GREATEST);
        Range one = calls.reserve(store, tag, 10).range();
        Range two = calls.reserve(store, tag, 5).range();
        Range three = calls.reserve(store, tag, 1).range();
        assertThat(two.first()).isEqualTo(one.last() + 1);
        assertThat(two.last()).isEqualTo(15);
        assertThat(three.first()).isEqualTo(16).isEqualTo(three.last());
        assertThat(two.revision()).isGreaterThan(one.revision());
        assertThat(three.revision()).isGreaterThan(two.revision());
    }

    @Test
    final void severalStoresOverTheSameDataGoOnWhereTheOtherEnded() throws Exception {
        SegmentStore one = open();
        SegmentStore two = open();
        SegmentTag tag = calls.create(one, 1, GREATEST);
        assertThat(calls.reserve(one, tag, 100).range().last()).isEqualTo(100);
        assertThat(calls.reserve(two, tag, 100).range().first()).isEqualTo(101);
        assertThat(calls.reserve(one, tag, 100).range().first()).isEqualTo(201);
        assertThat(calls.reserve(open(), tag, 100).range().first()).isEqualTo(301);
    }

    @Test
    final void tagsAreIndependent() throws Exception {
        SegmentStore store = open();
        SegmentTag one = calls.create(store, 1, GREATEST);
        SegmentTag two = calls.create(store, 1, GREATEST);
        SegmentTag caseOfOne = new SegmentTag(one.name().toUpperCase(Locale.ROOT), 7, 70);
        assertThat(Threads.await(store.create(caseOfOne))).isTrue();
        calls.history().created(caseOfOne);
        assertThat(calls.reserve(store, one, 100).range().last()).isEqualTo(100);
        assertThat(calls.reserve(store, two, 10).range().first()).isEqualTo(1);
        assertThat(calls.reserve(store, caseOfOne, 10).range().first()).isEqualTo(7);
        assertThat(calls.reserve(store, one, 10).range().first()).isEqualTo(101);
    }

    @Test
    final void anUnknownTagIsNeverCreatedByReserve() throws Exception {
        SegmentStore store = open();
        SegmentTag tag = SegmentCalls.newTag(1, GREATEST);
        assertThat(calls.ask(store, tag, 10)).isEqualTo(new UnknownTag());
        assertThat(calls.ask(store, tag, 10)).isEqualTo(new UnknownTag());
        assertThat(Threads.await(store.giveBack(tag.name(), new Range(1, 10, 1), 5)))
                .isFalse();
        assertThat(calls.ask(open(), tag, 10)).isEqualTo(new UnknownTag());
        assertThat(Threads.await(store.create(tag))).isTrue();
    }

    @Test
    final void aTagThatExistsKeepsItsMarkAndItsBounds() throws Exception {
        SegmentStore store = open();
        SegmentTag tag = calls.create(store, 10, 30);
        assertThat(calls.reserve(store, tag, 10).range().last()).isEqualTo(19);
        assertThat(Threads.await(store.create(tag))).isFalse();
        assertThat(Threads.await(open().create(new SegmentTag(tag.name(), 1, GREATEST))))
                .isFalse();
        assertThat(calls.reserve(store, tag, 1_000).range())
                .extracting(Range::first, Range::last)
                .containsExactly(20L, 30L);
        assertThat(Threads.await(store.create(new SegmentTag(tag.name(), 1, GREATEST))))
                .isFalse();
        assertThat(calls.ask(store, tag, 1)).isEqualTo(new Exhausted(30));
    }

    @Test
    final void oneOfManyCreatorsCreatesTheTag() throws Exception {
        SegmentTag tag = SegmentCalls.newTag(1, GREATEST);
        calls.history().created(tag);
        List<SegmentStore> stores = List.of(open(), open(), open(), open());
        List<Boolean> created = Threads.inParallel(stores, store -> {
            boolean first = Threads.await(store.create(tag));
            calls.reserve(store, tag, 10);
            return first;
        });
        assertThat(created).containsOnlyOnce(true).hasSize(4);
        assertThat(calls.reserve(open(), tag, 1).range().first()).isEqualTo(41);
    }

    @Test
    final void aRangeIsCutAtTheGreatestNumberAndThenTheTagIsExhausted() throws Exception {
        SegmentStore store = open();
        SegmentTag tag = calls.create(store, 1, 25);
        assertThat(calls.reserve(store, tag, 20).range().last()).isEqualTo(20);
        assertThat(calls.reserve(store, tag, 20).range())
                .extracting(Range::first, Range::last)
                .containsExactly(21L, 25L);
        assertThat(calls.ask(store, tag, 20)).isEqualTo(new Exhausted(25));
        assertThat(calls.ask(store, tag, 1)).isEqualTo(new Exhausted(25));
    }

    @Test
    final void aTagOfOneNumberHandsItOutOnce() throws Exception {
        SegmentStore store = open();
        SegmentTag tag = calls.create(store, 5, 5);
        assertThat(calls.reserve(store, tag, 1).range())
                .extracting(Range::first, Range::last)
                .containsExactly(5L, 5L);
        assertThat(calls.ask(store, tag, 1)).isEqualTo(new Exhausted(5));
    }

    @Test
    final void theGreatestNumbersDoNotOverflow() throws Exception {
        SegmentStore store = open();
        SegmentTag atTheEnd = calls.create(store, GREATEST - 10, GREATEST);
        assertThat(calls.reserve(store, atTheEnd, 5).range().last()).isEqualTo(GREATEST - 6);
        assertThat(calls.reserve(store, atTheEnd, Long.MAX_VALUE).range())
                .extracting(Range::first, Range::last)
                .containsExactly(GREATEST - 5, GREATEST);
        assertThat(calls.ask(store, atTheEnd, Long.MAX_VALUE)).isEqualTo(new Exhausted(GREATEST));
        SegmentTag atOnce = calls.create(store, 1, GREATEST);
        assertThat(calls.reserve(store, atOnce, Long.MAX_VALUE).range())
                .extracting(Range::first, Range::last)
                .containsExactly(1L, GREATEST);
        assertThat(calls.ask(store, atOnce, 1)).isEqualTo(new Exhausted(GREATEST));
    }

    @Test
    final void aStepBelowOneIsRefused() throws Exception {
        SegmentStore store = open();
        SegmentTag tag = calls.create(store, 1, GREATEST);
        for (long step : new long[] {0, -1, Long.MIN_VALUE}) {
            assertThatIllegalArgumentException()
                    .as("step %s", step)
                    .isThrownBy(() -> store.reserve(tag.name(), step))
                    .withMessageContaining("step");
        }
        assertThat(calls.reserve(store, tag, 1).range().first()).isEqualTo(1);
    }

    @Test
    final void aNameThatIsNoTagsNameIsRefused() throws Exception {
        SegmentStore store = open();
        Range range = new Range(1, 10, 1);
        List<String> names = SegmentCalls.badNames();
        for (String name : names) {
            assertThatIllegalArgumentException()
                    .as("reserve of <%s>", name)
                    .isThrownBy(() -> store.reserve(name, 1))
                    .withMessageContaining("tag");
            assertThatIllegalArgumentException()
                    .as("give-back to <%s>", name)
                    .isThrownBy(() -> store.giveBack(name, range, 5))
                    .withMessageContaining("tag");
        }
    }

    @Test
    final void everyLegalNameIsATagOfItsOwn() throws Exception {
        SegmentStore store = open();
        String random = SegmentCalls.newTag(1, 1).name();
        for (String name : List.of(
                random + "_",
                random + "-",
                random + ".",
                random + ":",
                random + "x".repeat(128 - random.length()),
                "-" + random)) {
            SegmentTag tag = new SegmentTag(name, 1, GREATEST);
            assertThat(Threads.await(store.create(tag))).as(name).isTrue();
            calls.history().created(tag);
            assertThat(calls.reserve(store, tag, 3).range().first()).as(name).isEqualTo(1);
        }
    }

    @Test
    final void afterAGiveBackTheNextRangeBeginsRightBehindTheLastNumberUsed() throws Exception {
        SegmentStore store = open();
        SegmentTag tag = calls.create(store, 1, GREATEST);
        Grant grant = calls.reserve(store, tag, 100);
        assertThat(calls.giveBack(store, tag, grant, 37)).isTrue();
        Range next = calls.reserve(open(), tag, 10).range();
        assertThat(next.first()).isEqualTo(38);
        assertThat(next.revision()).isGreaterThan(grant.range().revision() + 1);
    }

    @Test
    final void aRangeOfWhichNothingWasUsedIsGivenBackAsAWhole() throws Exception {
        SegmentStore store = open();
        SegmentTag tag = calls.create(store, 50, 149);
        assertThat(calls.giveBack(store, tag, calls.reserve(store, tag, 100), 49))
                .isTrue();
        assertThat(calls.reserve(store, tag, 100).range())
                .extracting(Range::first, Range::last)
                .containsExactly(50L, 149L);
    }

    @Test
    final void onlyTheNewestRangeIsGivenBack() throws Exception {
        SegmentStore store = open();
        SegmentTag tag = calls.create(store, 1, GREATEST);
        Grant old = calls.reserve(store, tag, 100);
        calls.reserve(open(), tag, 100);
        assertThat(calls.giveBack(store, tag, old, 10)).isFalse();
        assertThat(calls.reserve(store, tag, 1).range().first()).isEqualTo(201);
    }

    @Test
    final void aRangeIsNeverGivenBackTwice() throws Exception {
        SegmentStore store = open();
        SegmentTag tag = calls.create(store, 1, GREATEST);
        Grant grant = calls.reserve(store, tag, 100);
        assertThat(calls.giveBack(store, tag, grant, 60)).isTrue();
        assertThat(calls.giveBack(store, tag, grant, 60)).isFalse();
        assertThat(calls.giveBack(store, tag, grant, 30)).isFalse();
        assertThat(calls.reserve(store, tag, 1).range().first()).isEqualTo(61);
    }

    /** A gives back and loses the reply, B is granted the same greatest number, and A repeats its call. */
    @Test
    final void aRepeatedGiveBackDoesNotApplyWhereTheNumberIsTheSameAgain() throws Exception {
        SegmentStore a = open();
        SegmentStore b = open();
        SegmentTag tag = calls.create(a, 1, GREATEST);
        Grant grant = calls.reserve(a, tag, 2_000);
        assertThat(calls.giveBack(a, tag, grant, 1_200)).isTrue();
        assertThat(calls.reserve(b, tag, 800).range())
                .extracting(Range::first, Range::last)
                .containsExactly(1_201L, 2_000L);
        assertThat(calls.giveBack(a, tag, grant, 1_200)).isFalse();
        assertThat(calls.reserve(a, tag, 1).range().first()).isEqualTo(2_001);
    }

    @Test
    final void aLastNumberOutsideTheRangeIsRefused() throws Exception {
        SegmentStore store = open();
        SegmentTag tag = calls.create(store, 1, GREATEST);
        calls.reserve(store, tag, 100);
        Range range = calls.reserve(store, tag, 100).range();
        for (long lastUsed : new long[] {99, 201, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
            assertThatIllegalArgumentException()
                    .as("lastUsed %s", lastUsed)
                    .isThrownBy(() -> store.giveBack(tag.name(), range, lastUsed))
                    .withMessageContaining("lastUsed");
        }
        assertThat(calls.reserve(store, tag, 1).range().first()).isEqualTo(201);
    }

    @Test
    final void noNumberIsInUseTwiceOverManyThreadsAndStores() throws Exception {
        SegmentTag tag = calls.create(open(), 1, GREATEST);
        List<SegmentStore> stores = List.of(open(), open(), open());
        List<SegmentStore> threads =
                Stream.of(stores, stores, stores).flatMap(List::stream).toList();
        Threads.inParallel(threads, store -> {
            for (int i = 0; i < 40; i++) {
                calls.reserve(store, tag, 1 + i % 7);
            }
            return store;
        });
        long sum = 9
                * Stream.iterate(0, i -> i < 40, i -> i + 1)
                        .mapToLong(i -> 1 + i % 7)
                        .sum();
        assertThat(calls.reserve(open(), tag, 1).range().first())
                .as("no gap either")
                .isEqualTo(sum + 1);
    }

    @Test
    final void noNumberIsInUseTwiceWhileTailsAreGivenBackAndRepliesAreLost() throws Exception {
        long seed = ThreadLocalRandom.current().nextLong();
        SegmentTag tag = calls.create(open(), 1, GREATEST);
        List<SegmentStore> threads = List.of(open(), open(), open(), open());
        try {
            Threads.inParallel(threads, store -> {
                SplittableRandom random = new SplittableRandom(seed + threads.indexOf(store));
                for (int i = 0; i < 40; i++) {
                    // Few sizes, so that the mark comes back to the same value often.
                    Grant grant = calls.reserve(store, tag, 4L * (1 + random.nextInt(2)));
                    long lastUsed = grant.range().first() + 3;
                    calls.giveBack(store, tag, grant, lastUsed);
                    if (random.nextBoolean()) {
                        calls.giveBack(store, tag, grant, lastUsed);
                    }
                }
                return store;
            });
            calls.history().assertInvariants();
        } catch (AssertionError e) {
            throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
        }
    }

    @Test
    final void theGuaranteeSaysAmongWhomItHolds() throws Exception {
        SegmentStore store = open();
        calls.create(store, 1, GREATEST);
        assertThat(store.guarantee().level()).isNotNull();
        assertThat(store.guarantee().scope()).isNotBlank();
    }
}
