package dev.pawl.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.pawl.idgen.spi.Reservation;
import dev.pawl.idgen.spi.Reservation.Exhausted;
import dev.pawl.idgen.spi.Reservation.Later;
import dev.pawl.idgen.spi.Reservation.OtherReset;
import dev.pawl.idgen.spi.Reservation.Paused;
import dev.pawl.idgen.spi.Reservation.Range;
import dev.pawl.idgen.spi.ResetPeriod;
import dev.pawl.idgen.spi.ResetPeriod.Period;
import dev.pawl.idgen.spi.SegmentDemand;
import dev.pawl.idgen.spi.SegmentStore;
import dev.pawl.idgen.spi.SegmentTag;
import dev.pawl.idgen.spi.TagAdmin;
import dev.pawl.idgen.spi.TagState;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * What a {@link SegmentStore} that is a {@link TagAdmin} too owes its callers: bounds of a demand, resets, pauses and
 * changes by operators. It belongs beside {@link SegmentStoreTck}, which tests the rest, and is used like it. Tags have
 * random names, so that tests may share one database.
 */
public abstract class TagAdminTck {

    private static final long GREATEST = Long.MAX_VALUE - 1;
    private static final ResetPeriod DAILY = ResetPeriod.daily(ZoneId.of("Europe/Berlin"), 3);
    private static final Period DAY = DAILY.at(Instant.parse("2026-11-21T12:00:00Z"));
    private static final Period NEXT_DAY = DAILY.at(DAY.end());

    /** Makes the test. */
    protected TagAdminTck() {}

    /**
     * Opens a store over the data of this test, as for {@link SegmentStoreTck}.
     *
     * @return a store that is ready for use, and a {@link TagAdmin}
     * @throws Exception if the store cannot be opened, which fails the test
     */
    protected abstract SegmentStore open() throws Exception;

    @Test
    final void aTagIsFoundAsItWasCreatedAndAsItIs() throws Exception {
        SegmentStore store = open();
        String tag = create(store, 5, 50, Optional.empty());
        assertThat(find(store, tag)).isEqualTo(new TagState(tag, 4, 50, Optional.empty(), false, 0));
        Range range = range(store, SegmentDemand.of(tag, 10));
        assertThat(find(open(), tag))
                .isEqualTo(new TagState(tag, range.last(), 50, Optional.empty(), false, range.revision()));
        String daily = create(store, 1, GREATEST, Optional.of(DAILY));
        assertThat(find(store, daily)).isEqualTo(new TagState(daily, 0, GREATEST, Optional.of(DAILY), false, 0));
        assertThat(Threads.await(admin(store).find(name()))).isEmpty();
    }

    @Test
    final void tagsAreListedInTheOrderOfTheirCodePointsPageByPage() throws Exception {
        SegmentStore store = open();
        String prefix = name();
        List<String> names = new ArrayList<>();
        for (String end : List.of("", "-", ".", "0", "00", "9", ":", "A", "AA", "B", "Z", "_", "a", "aZ", "aa", "b")) {
            names.add(prefix + end);
        }
        List<String> shuffled = new ArrayList<>(names);
        Collections.reverse(shuffled);
        for (String name : shuffled) {
            Threads.await(store.create(SegmentTag.of(name)));
        }
        List<String> listed = new ArrayList<>();
        String after = prefix.substring(0, prefix.length() - 1);
        while (listed.size() < names.size()) {
            List<TagState> page = Threads.await(admin(store).list(after, 5));
            assertThat(page).isNotEmpty().hasSizeLessThanOrEqualTo(5);
            page.stream()
                    .map(TagState::name)
                    .filter(name -> name.startsWith(prefix))
                    .forEach(listed::add);
            after = page.get(page.size() - 1).name();
        }
        assertThat(listed).isEqualTo(names);
        assertThat(Threads.await(admin(store).list("", 1))).hasSize(1);
        assertThat(Threads.await(admin(store).list("~", 10))).isEmpty();
        for (int limit : new int[] {0, -1, 1_001}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> admin(store).list("", limit))
                    .withMessageContaining("limit");
        }
    }

    @Test
    final void aPausedTagHandsOutNothingUntilItIsResumed() throws Exception {
        SegmentStore store = open();
        String tag = create(store, 1, GREATEST, Optional.empty());
        Range range = range(store, SegmentDemand.of(tag, 10));
        assertThat(write(store, find(store, tag).paused(true))).isTrue();
        assertThat(reserve(store, SegmentDemand.of(tag, 10))).isEqualTo(new Paused());
        assertThat(reserve(open(), SegmentDemand.of(tag, 1))).isEqualTo(new Paused());
        assertThat(find(open(), tag).paused()).isTrue();
        assertThat(Threads.await(store.giveBack(tag, range, 5)))
                .as("of an older revision")
                .isFalse();
        assertThat(write(open(), find(store, tag).paused(false))).isTrue();
        assertThat(range(store, SegmentDemand.of(tag, 10)).first()).isEqualTo(11);
    }

    @Test
    final void theMarkAndTheGreatestNumberMoveForward() throws Exception {
        SegmentStore store = open();
        String tag = create(store, 1, 100, Optional.empty());
        assertThat(write(store, find(store, tag).forward(90, 200))).isTrue();
        assertThat(range(store, SegmentDemand.of(tag, 1_000)))
                .extracting(Range::first, Range::last)
                .containsExactly(91L, 200L);
        assertThat(reserve(store, SegmentDemand.of(tag, 1))).isEqualTo(new Exhausted(200));
        assertThat(write(store, find(store, tag).forward(200, GREATEST))).isTrue();
        assertThat(range(store, SegmentDemand.of(tag, 1)).first()).isEqualTo(201);
    }

    @Test
    final void aChangeOfAnOlderRevisionIsNotWritten() throws Exception {
        SegmentStore store = open();
        String tag = create(store, 1, GREATEST, Optional.empty());
        TagState before = find(store, tag);
        range(store, SegmentDemand.of(tag, 10));
        assertThat(write(store, before.forward(500, GREATEST))).isFalse();
        assertThat(write(store, before.paused(true))).isFalse();
        TagState now = find(store, tag);
        assertThat(write(store, now)).as("the revision is not the next one").isFalse();
        assertThat(write(store, now.paused(true).paused(true))).isFalse();
        assertThat(write(store, now.paused(true))).isTrue();
        assertThat(write(store, now.paused(true))).as("a second time").isFalse();
        assertThat(write(store, new TagState(name(), 1, 2, Optional.empty(), false, 1)))
                .isFalse();
    }

    @Test
    final void nothingMovesBackAndTheResetStays() throws Exception {
        SegmentStore store = open();
        String tag = create(store, 10, 100, Optional.empty());
        range(store, SegmentDemand.of(tag, 10));
        TagState now = find(store, tag);
        long next = now.revision() + 1;
        assertThat(write(store, new TagState(tag, 18, 100, Optional.empty(), false, next)))
                .isFalse();
        assertThat(write(store, new TagState(tag, 19, 99, Optional.empty(), false, next)))
                .isFalse();
        assertThat(write(store, new TagState(tag, 19, 100, Optional.of(DAILY), false, next)))
                .isFalse();
        assertThat(find(store, tag)).isEqualTo(now);
        String daily = create(store, 1, GREATEST, Optional.of(DAILY));
        assertThat(write(store, new TagState(daily, 0, GREATEST, Optional.empty(), false, 1)))
                .isFalse();
    }

    @Test
    final void aRangeKeepsWithinTheBoundsOfTheDemand() throws Exception {
        SegmentStore store = open();
        String tag = create(store, 1, 1_000, Optional.empty());
        assertThat(range(store, new SegmentDemand(tag, 10, Optional.empty(), 101, 105)))
                .extracting(Range::first, Range::last)
                .containsExactly(101L, 105L);
        assertThat(reserve(store, new SegmentDemand(tag, 10, Optional.empty(), 101, 105)))
                .isEqualTo(new Exhausted(105));
        assertThat(reserve(store, new SegmentDemand(tag, 10, Optional.empty(), 1, 104)))
                .isEqualTo(new Later(105));
        assertThat(range(store, new SegmentDemand(tag, 10, Optional.empty(), 50, GREATEST)))
                .extracting(Range::first, Range::last)
                .containsExactly(106L, 115L);
        assertThat(range(store, new SegmentDemand(tag, Long.MAX_VALUE, Optional.empty(), 990, Long.MAX_VALUE)))
                .extracting(Range::first, Range::last)
                .containsExactly(990L, 1_000L);
        assertThat(reserve(store, new SegmentDemand(tag, 1, Optional.empty(), 2_000, 3_000)))
                .isEqualTo(new Exhausted(1_000));
    }

    @Test
    final void numbersBeginAgainWithEachPeriodAndNoPeriodComesBack() throws Exception {
        SegmentStore store = open();
        String tag = create(store, 1, GREATEST, Optional.of(DAILY));
        Range today = range(store, SegmentDemand.within(tag, 998, DAILY, DAY));
        assertThat(today.first()).isEqualTo(20261121001L);
        assertThat(range(store, SegmentDemand.within(tag, 998, DAILY, DAY)).last())
                .isEqualTo(20261121999L);
        assertThat(reserve(store, SegmentDemand.within(tag, 1, DAILY, DAY))).isEqualTo(new Exhausted(20261121999L));
        Range tomorrow = range(open(), SegmentDemand.within(tag, 10, DAILY, NEXT_DAY));
        assertThat(tomorrow.first()).isEqualTo(20261122001L);
        assertThat(reserve(store, SegmentDemand.within(tag, 1, DAILY, DAY))).isEqualTo(new Later(20261122010L));
        assertThat(Threads.await(store.giveBack(tag, tomorrow, 20261122003L))).isTrue();
        assertThat(range(store, SegmentDemand.within(tag, 1, DAILY, NEXT_DAY)).first())
                .isEqualTo(20261122004L);
    }

    @Test
    final void aDemandWithAnotherResetThanTheTagsIsRefused() throws Exception {
        SegmentStore store = open();
        String daily = create(store, 1, GREATEST, Optional.of(DAILY));
        String plain = create(store, 1, GREATEST, Optional.empty());
        assertThat(reserve(store, SegmentDemand.of(daily, 1))).isEqualTo(new OtherReset(Optional.of(DAILY)));
        ResetPeriod elsewhere = ResetPeriod.daily(ZoneId.of("Asia/Tokyo"), 3);
        assertThat(reserve(store, SegmentDemand.within(daily, 1, elsewhere, DAY)))
                .isEqualTo(new OtherReset(Optional.of(DAILY)));
        assertThat(reserve(store, SegmentDemand.within(plain, 1, DAILY, DAY)))
                .isEqualTo(new OtherReset(Optional.empty()));
        assertThat(find(store, daily).lastId()).isZero();
        assertThat(find(store, plain).lastId()).isZero();
    }

    @Test
    final void ofManyOperatorsOneWins() throws Exception {
        SegmentStore store = open();
        String tag = create(store, 1, GREATEST, Optional.empty());
        List<SegmentStore> stores = List.of(open(), open(), open(), open());
        for (int round = 0; round < 10; round++) {
            TagState before = find(store, tag);
            List<Boolean> written =
                    Threads.inParallel(stores, one -> write(one, before.forward(before.lastId() + 10, GREATEST)));
            assertThat(written).containsOnlyOnce(true);
            assertThat(find(store, tag)).isEqualTo(before.forward(before.lastId() + 10, GREATEST));
        }
    }

    private static TagAdmin admin(SegmentStore store) {
        return (TagAdmin) store;
    }

    private static TagState find(SegmentStore store, String tag) {
        return Threads.await(admin(store).find(tag)).orElseThrow();
    }

    private static boolean write(SegmentStore store, TagState next) {
        return Threads.await(admin(store).compareAndSet(next));
    }

    private static Reservation reserve(SegmentStore store, SegmentDemand demand) {
        return Threads.await(store.reserve(demand));
    }

    private static Range range(SegmentStore store, SegmentDemand demand) {
        Reservation answer = reserve(store, demand);
        assertThat(answer).isInstanceOf(Range.class);
        return (Range) answer;
    }

    private static String create(SegmentStore store, long firstId, long maxId, Optional<ResetPeriod> reset) {
        SegmentTag tag = new SegmentTag(name(), firstId, maxId, reset);
        assertThat(Threads.await(store.create(tag))).isTrue();
        return tag.name();
    }

    private static String name() {
        return "tck-" + UUID.randomUUID();
    }
}
