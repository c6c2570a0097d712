package dev.pawl.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.idgen.spi.Reservation;
import dev.pawl.idgen.spi.Reservation.Range;
import dev.pawl.idgen.spi.ResetPeriod;
import dev.pawl.idgen.spi.SegmentDemand;
import dev.pawl.idgen.spi.SegmentStore;
import dev.pawl.idgen.spi.SegmentTag;
import dev.pawl.testkit.SegmentHistory.Grant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Calls of a store whose outcome goes into a history. Thread-safe. */
final class SegmentCalls {

    private final SegmentHistory history = new SegmentHistory();

    SegmentHistory history() {
        return history;
    }

    /** Makes a new tag with a random name. */
    SegmentTag create(SegmentStore store, long firstId, long maxId) {
        SegmentTag tag = newTag(firstId, maxId);
        history.created(tag);
        assertThat(Threads.await(store.create(tag))).as("created").isTrue();
        return tag;
    }

    /** Makes a new tag with a random name that begins again with each period. */
    SegmentTag create(SegmentStore store, ResetPeriod reset) {
        SegmentTag tag = SegmentTag.of(newTag(1, 1).name(), reset);
        history.created(tag);
        assertThat(Threads.await(store.create(tag))).as("created").isTrue();
        return tag;
    }

    Reservation ask(SegmentStore store, SegmentTag tag, long step) {
        return ask(store, SegmentDemand.of(tag.name(), step));
    }

    Reservation ask(SegmentStore store, SegmentDemand demand) {
        long start = history.stamp();
        Reservation answer = Threads.await(store.reserve(demand));
        if (answer instanceof Range range) {
            history.granted(demand.tag(), range, start);
        }
        return answer;
    }

    Grant reserve(SegmentStore store, SegmentTag tag, long step) {
        return reserve(store, SegmentDemand.of(tag.name(), step));
    }

    Grant reserve(SegmentStore store, SegmentDemand demand) {
        long start = history.stamp();
        Reservation answer = Threads.await(store.reserve(demand));
        assertThat(answer).isInstanceOf(Range.class);
        return history.granted(demand.tag(), (Range) answer, start);
    }

    /** Seals the range first, as every caller must. */
    boolean giveBack(SegmentStore store, SegmentTag tag, Grant grant, long lastUsed) {
        grant.sealAt(lastUsed);
        return Threads.await(store.giveBack(tag.name(), grant.range(), lastUsed));
    }

    static SegmentTag newTag(long firstId, long maxId) {
        return new SegmentTag("tck-" + UUID.randomUUID(), firstId, maxId);
    }

    /** What must never reach a store's query, key or path. */
    static List<String> badNames() {
        List<String> names = new ArrayList<>(List.of("", " ", "a b", "a\0b", "a\nb", "a\r\nb", "a\tb", "\"a\"", "'a'"));
        names.addAll(List.of("'; DROP TABLE pawl_segment; --", "a' OR '1'='1", "a%", "%", "a/b", "../a", "a\\b", "a*"));
        names.addAll(List.of("\u00fcnicode", "\u6570\u5b57", "a\u200bb", "a\ud83d\ude00", "a\ud800"));
        names.addAll(List.of("${a}", "{a}", "a;b", "a?b", "a\n", "a".repeat(129), "a".repeat(1_000_000)));
        return names;
    }
}
