package dev.pawl.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.pawl.idgen.spi.Reservation.Exhausted;
import dev.pawl.idgen.spi.Reservation.Paused;
import dev.pawl.idgen.spi.ResetPeriod;
import dev.pawl.idgen.spi.SegmentStore;
import dev.pawl.idgen.spi.SegmentTag;
import dev.pawl.idgen.spi.TagAdmin;
import dev.pawl.idgen.spi.TagState;
import dev.pawl.testkit.SegmentHistory.Grant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a store owes to operators, where it has a side for them. */
abstract class TagAdminTests extends SegmentStoreTests {

    private static final ResetPeriod MONTHLY = ResetPeriod.monthly(ZoneId.of("UTC"), 6);

    @Test
    final void aTagIsFoundAsItWasCreatedAndAsItWasChanged() throws Exception {
        SegmentStore store = open();
        TagAdmin admin = adminOf(store);
        SegmentTag tag = calls.create(store, 10, 500);
        TagState created = find(admin, tag);
        assertThat(created).isEqualTo(new TagState(tag.name(), 9, 500, Optional.empty(), false, created.revision()));
        Grant grant = calls.reserve(store, tag, 20);
        long revision = grant.range().revision();
        assertThat(find(adminOf(open()), tag))
                .isEqualTo(new TagState(tag.name(), 29, 500, Optional.empty(), false, revision));
        SegmentTag monthly = calls.create(store, MONTHLY);
        assertThat(find(admin, monthly).reset()).contains(MONTHLY);
        assertThat(find(admin, monthly).maxId()).isEqualTo(GREATEST);
    }

    @Test
    final void anUnknownTagIsNotFoundAndNotMade() throws Exception {
        SegmentStore store = open();
        TagAdmin admin = adminOf(store);
        SegmentTag tag = SegmentCalls.newTag(1, GREATEST);
        assertThat(Threads.await(admin.find(tag.name()))).isEmpty();
        assertThat(Threads.await(admin.compareAndSet(new TagState(tag.name(), 5, 10, Optional.empty(), false, 1))))
                .isFalse();
        assertThat(Threads.await(admin.compareAndSet(new TagState(tag.name(), 5, 10, Optional.empty(), false, 0))))
                .isFalse();
        assertThat(Threads.await(admin.find(tag.name()))).isEmpty();
        assertThat(Threads.await(store.create(tag))).isTrue();
    }

    @Test
    final void aNameThatIsNoTagsNameIsNotLookedFor() throws Exception {
        TagAdmin admin = adminOf(open());
        for (String name : SegmentCalls.badNames()) {
            assertThatIllegalArgumentException()
                    .as("find of <%s>", name)
                    .isThrownBy(() -> admin.find(name))
                    .withMessageContaining("tag");
        }
    }

    @Test
    final void tagsAreListedInOrderOfTheirCodePointsPageByPage() throws Exception {
        SegmentStore store = open();
        TagAdmin admin = adminOf(store);
        String prefix = SegmentCalls.newTag(1, 1).name();
        List<String> names = Stream.of("-", "-b", ".", "0", "10", "9", ":", "B", "_", "a", "aB", "a_", "ab")
                .map(prefix::concat)
                .toList();
        List<String> inAnyOrder = new ArrayList<>(names);
        Collections.reverse(inAnyOrder);
        for (String name : inAnyOrder) {
            assertThat(Threads.await(store.create(SegmentTag.of(name)))).isTrue();
        }
        List<String> listed = new ArrayList<>();
        String after = prefix;
        for (int page = 0; page < 4; page++) {
            List<TagState> tags = Threads.await(admin.list(after, 4));
            assertThat(tags).hasSizeLessThanOrEqualTo(4);
            listed.addAll(tags.stream().map(TagState::name).toList());
            after = tags.get(tags.size() - 1).name();
        }
        assertThat(listed.stream().filter(name -> name.startsWith(prefix))).containsExactlyElementsOf(names);
        assertThat(listed.subList(0, 13)).containsExactlyElementsOf(names);
        String last = names.get(12);
        assertThat(Threads.await(admin.list(last, 1_000)))
                .noneMatch(tag -> tag.name().startsWith(prefix));
        assertThat(Threads.await(admin.list("", 1))).hasSize(1);
    }

    @Test
    final void aListTellsWhatFindTells() throws Exception {
        SegmentStore store = open();
        TagAdmin admin = adminOf(store);
        SegmentTag tag = calls.create(store, MONTHLY);
        assertThat(Threads.await(admin.compareAndSet(find(admin, tag).paused(true))))
                .isTrue();
        String before = tag.name().substring(0, tag.name().length() - 1);
        assertThat(Threads.await(admin.list(before, 1))).containsExactly(find(admin, tag));
    }

    @Test
    final void aListsLimitIsChecked() throws Exception {
        TagAdmin admin = adminOf(open());
        for (int limit : new int[] {0, -1, Integer.MIN_VALUE, 1_001, Integer.MAX_VALUE}) {
            assertThatIllegalArgumentException()
                    .as("limit %s", limit)
                    .isThrownBy(() -> admin.list("", limit))
                    .withMessageContaining("limit");
        }
    }

    @Test
    final void anOperatorMovesTheMarkAndTheGreatestNumberForward() throws Exception {
        SegmentStore store = open();
        TagAdmin admin = adminOf(store);
        SegmentTag tag = calls.create(store, 1, 20);
        calls.reserve(store, tag, 20);
        assertThat(calls.ask(store, tag, 1)).isEqualTo(new Exhausted(20));
        TagState next = find(admin, tag).forward(100, 200);
        assertThat(Threads.await(admin.compareAndSet(next))).isTrue();
        calls.history().widened(new SegmentTag(tag.name(), 1, 200));
        assertThat(find(adminOf(open()), tag)).isEqualTo(next);
        assertRange(calls.ask(store, tag, 500), 101, 200);
    }

    @Test
    final void neitherTheMarkNorTheGreatestNumberMovesBack() throws Exception {
        SegmentStore store = open();
        TagAdmin admin = adminOf(store);
        SegmentTag tag = calls.create(store, 1, 1_000);
        calls.reserve(store, tag, 100);
        TagState now = find(admin, tag);
        long revision = now.revision() + 1;
        for (TagState back : List.of(
                new TagState(tag.name(), 99, 1_000, Optional.empty(), false, revision),
                new TagState(tag.name(), 0, 2_000, Optional.empty(), true, revision),
                new TagState(tag.name(), 100, 999, Optional.empty(), false, revision),
                new TagState(tag.name(), 200, 200, Optional.empty(), false, revision))) {
            assertThat(Threads.await(admin.compareAndSet(back))).as("%s", back).isFalse();
        }
        assertThat(find(admin, tag)).isEqualTo(now);
        assertRange(calls.ask(store, tag, 1), 101, 101);
    }

    @Test
    final void anOperatorCannotChangeAReset() throws Exception {
        SegmentStore store = open();
        TagAdmin admin = adminOf(store);
        ResetPeriod other = ResetPeriod.monthly(ZoneId.of("Europe/Berlin"), 6);
        SegmentTag monthly = calls.create(store, MONTHLY);
        SegmentTag plain = calls.create(store, 1, GREATEST);
        for (Optional<ResetPeriod> reset : List.of(Optional.<ResetPeriod>empty(), Optional.of(other))) {
            assertThat(withReset(admin, monthly, reset)).isFalse();
        }
        assertThat(withReset(admin, plain, Optional.of(MONTHLY))).isFalse();
        assertThat(find(admin, monthly).reset()).contains(MONTHLY);
        assertThat(find(admin, plain).reset()).isEmpty();
        assertThat(withReset(admin, monthly, Optional.of(MONTHLY))).isTrue();
    }

    private static boolean withReset(TagAdmin admin, SegmentTag tag, Optional<ResetPeriod> reset) {
        TagState now = find(admin, tag);
        return Threads.await(admin.compareAndSet(
                new TagState(tag.name(), now.lastId(), now.maxId(), reset, false, now.revision() + 1)));
    }

    @Test
    final void aStateIsWrittenOnceAndOnlyOverTheRevisionThatWasRead() throws Exception {
        SegmentStore store = open();
        TagAdmin admin = adminOf(store);
        SegmentTag tag = calls.create(store, 1, GREATEST);
        TagState read = find(admin, tag);
        TagState next = read.forward(50, GREATEST);
        assertThat(Threads.await(admin.compareAndSet(next.forward(60, GREATEST))))
                .isFalse();
        assertThat(Threads.await(admin.compareAndSet(next))).isTrue();
        assertThat(Threads.await(admin.compareAndSet(next))).isFalse();
        assertThat(Threads.await(admin.compareAndSet(read.forward(70, GREATEST))))
                .isFalse();
        assertThat(find(admin, tag)).isEqualTo(next);
    }

    @Test
    final void aReservationOrAGiveBackInBetweenMakesAnOperatorReadAgain() throws Exception {
        SegmentStore store = open();
        TagAdmin admin = adminOf(store);
        SegmentTag tag = calls.create(store, 1, GREATEST);
        TagState read = find(admin, tag);
        SegmentStore other = open();
        Grant grant = calls.reserve(other, tag, 100);
        assertThat(Threads.await(admin.compareAndSet(read.forward(100, GREATEST))))
                .isFalse();
        TagState reread = find(admin, tag);
        assertThat(calls.giveBack(other, tag, grant, 40)).isTrue();
        assertThat(Threads.await(admin.compareAndSet(reread.forward(100, GREATEST))))
                .isFalse();
        assertRange(calls.ask(store, tag, 1), 41, 41);
    }

    @Test
    final void ofManyOperatorsThatReadTheSameStateOneWrites() throws Exception {
        SegmentTag tag = calls.create(open(), 1, GREATEST);
        TagState read = find(adminOf(open()), tag);
        List<TagAdmin> admins = List.of(adminOf(open()), adminOf(open()), adminOf(open()), adminOf(open()));
        List<Boolean> written = Threads.inParallel(
                admins, admin -> Threads.await(admin.compareAndSet(read.forward(admins.indexOf(admin), GREATEST))));
        assertThat(written).containsOnlyOnce(true).hasSize(4);
    }

    @Test
    final void aPausedTagHandsOutNothingToAnyoneUntilItIsResumed() throws Exception {
        SegmentStore store = open();
        TagAdmin admin = adminOf(store);
        SegmentTag tag = calls.create(store, 1, 30);
        calls.reserve(store, tag, 10);
        assertThat(Threads.await(admin.compareAndSet(find(admin, tag).paused(true))))
                .isTrue();
        assertThat(calls.ask(store, tag, 10)).isEqualTo(new Paused());
        assertThat(calls.ask(open(), tag, 10)).isEqualTo(new Paused());
        assertThat(find(admin, tag).lastId()).isEqualTo(10);
        TagAdmin other = adminOf(open());
        assertThat(find(other, tag).paused()).isTrue();
        assertThat(Threads.await(other.compareAndSet(find(other, tag).paused(true))))
                .isTrue();
        assertThat(calls.ask(store, tag, 10)).isEqualTo(new Paused());
        assertThat(Threads.await(other.compareAndSet(find(other, tag).paused(false))))
                .isTrue();
        assertRange(calls.ask(open(), tag, 10), 11, 20);
    }

    @Test
    final void aTagThatWasMovedForwardWhilePausedStaysPaused() throws Exception {
        SegmentStore store = open();
        TagAdmin admin = adminOf(store);
        SegmentTag tag = calls.create(store, 1, GREATEST);
        assertThat(Threads.await(admin.compareAndSet(find(admin, tag).paused(true))))
                .isTrue();
        assertThat(Threads.await(admin.compareAndSet(find(admin, tag).forward(70, GREATEST))))
                .isTrue();
        assertThat(Threads.await(store.create(tag))).isFalse();
        assertThat(calls.ask(store, tag, 10)).isEqualTo(new Paused());
    }

    @Test
    final void aGiveBackNeverCrossesWhatAnOperatorChanged() throws Exception {
        SegmentStore store = open();
        TagAdmin admin = adminOf(store);
        SegmentTag tag = calls.create(store, 1, GREATEST);
        Grant beforeTheMove = calls.reserve(store, tag, 100);
        assertThat(Threads.await(admin.compareAndSet(find(admin, tag).forward(100, GREATEST))))
                .isTrue();
        assertThat(calls.giveBack(store, tag, beforeTheMove, 10)).isFalse();
        Grant beforeThePause = calls.reserve(store, tag, 100);
        assertThat(Threads.await(admin.compareAndSet(find(admin, tag).paused(true))))
                .isTrue();
        assertThat(calls.giveBack(store, tag, beforeThePause, 110)).isFalse();
        assertThat(Threads.await(admin.compareAndSet(find(admin, tag).paused(false))))
                .isTrue();
        assertThat(calls.giveBack(store, tag, beforeThePause, 110)).isFalse();
        assertRange(calls.ask(store, tag, 1), 201, 201);
    }

    @Test
    final void theRevisionGrowsWithEveryChangeOfWhateverKind() throws Exception {
        SegmentStore store = open();
        TagAdmin admin = adminOf(store);
        SegmentTag tag = calls.create(store, 1, GREATEST);
        List<Long> revisions = new ArrayList<>(List.of(find(admin, tag).revision()));
        Grant grant = calls.reserve(store, tag, 10);
        revisions.add(find(admin, tag).revision());
        assertThat(calls.giveBack(store, tag, grant, 5)).isTrue();
        revisions.add(find(admin, tag).revision());
        for (boolean paused : new boolean[] {true, false}) {
            assertThat(Threads.await(admin.compareAndSet(find(admin, tag).paused(paused))))
                    .isTrue();
            revisions.add(find(admin, tag).revision());
        }
        assertThat(Threads.await(admin.compareAndSet(find(admin, tag).forward(50, GREATEST))))
                .isTrue();
        revisions.add(find(admin, tag).revision());
        revisions.add(calls.reserve(store, tag, 10).range().revision());
        assertThat(revisions).isSorted().doesNotHaveDuplicates();
        Threads.await(store.create(tag));
        assertThat(find(admin, tag).revision()).as("nothing changed").isEqualTo(revisions.get(6));
    }

    @Test
    final void noNumberIsInUseTwiceWhileAnOperatorMovesTheMark() throws Exception {
        SegmentTag tag = calls.create(open(), 1, GREATEST);
        TagAdmin admin = adminOf(open());
        List<SegmentStore> stores = List.of(open(), open(), open(), open());
        Threads.inParallel(stores, store -> {
            for (int i = 0; i < 40; i++) {
                if (stores.indexOf(store) == 0) {
                    TagState read = find(admin, tag);
                    Threads.await(admin.compareAndSet(read.forward(read.lastId() + 3, GREATEST)));
                }
                Grant grant = calls.reserve(store, tag, 8);
                calls.giveBack(store, tag, grant, grant.range().first() + 3);
            }
            return store;
        });
    }

    private static TagState find(TagAdmin admin, SegmentTag tag) {
        return Threads.await(admin.find(tag.name())).orElseThrow();
    }
}
