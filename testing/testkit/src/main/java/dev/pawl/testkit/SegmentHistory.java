package dev.pawl.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.idgen.spi.Reservation.Range;
import dev.pawl.idgen.spi.SegmentTag;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a test was granted, and what it may have used of that. Calls are stamped from one counter at their start and at
 * their end, so that "happened before" is known without a clock.
 */
final class SegmentHistory {

    /** A granted range; {@code lastUsed} falls when its holder seals it in order to give its tail back. */
    static final class Grant {
        private final String tag;
        private final Range range;
        private final long start;
        private final long end;
        private volatile long lastUsed;

        private Grant(String tag, Range range, long start, long end) {
            this.tag = tag;
            this.range = range;
            this.start = start;
            this.end = end;
            this.lastUsed = range.last();
        }

        Range range() {
            return range;
        }

        void sealAt(long last) {
            lastUsed = Math.min(lastUsed, last);
        }

        @Override
        public String toString() {
            return tag + " [" + range.first() + ", " + range.last() + "] revision " + range.revision() + ", used up to "
                    + lastUsed + ", calls " + start + ".." + end;
        }
    }

    private final AtomicLong stamps = new AtomicLong();
    private final Map<String, SegmentTag> tags = new ConcurrentHashMap<>();
    private final Queue<Grant> grants = new ConcurrentLinkedQueue<>();

    void created(SegmentTag tag) {
        tags.putIfAbsent(tag.name(), tag);
    }

    /** An operator has moved a tag's greatest number. */
    void widened(SegmentTag tag) {
        tags.put(tag.name(), tag);
    }

    long stamp() {
        return stamps.getAndIncrement();
    }

    Grant granted(String tag, Range range, long start) {
        Grant grant = new Grant(tag, range, start, stamp());
        grants.add(grant);
        return grant;
    }

    /** Holds every range of every tag against the sentences that all stores owe. */
    void assertInvariants() {
        Map<String, List<Grant>> perTag = grants.stream()
                .sorted(Comparator.comparingLong(grant -> grant.range.revision()))
                .collect(Collectors.groupingBy(grant -> grant.tag));
        perTag.forEach((tag, inOrderOfRevision) -> {
            assertBounds(tag, inOrderOfRevision);
            assertRising(inOrderOfRevision);
            assertRevisionsFollowTime(inOrderOfRevision);
        });
    }

    private void assertBounds(String name, List<Grant> granted) {
        assertThat(tags)
                .as("tag %s handed out a range but was never created", name)
                .containsKey(name);
        SegmentTag tag = Objects.requireNonNull(tags.get(name));
        assertThat(granted).as("ranges of %s", tag).allSatisfy(grant -> {
            assertThat(grant.range.first()).isGreaterThanOrEqualTo(tag.firstId());
            assertThat(grant.range.last()).isLessThanOrEqualTo(tag.maxId());
        });
    }

    /** With rising revisions the numbers in use rise, hence no number is in use twice. */
    private static void assertRising(List<Grant> inOrderOfRevision) {
        long used = 0;
        Function<Grant, Long> revision = grant -> grant.range.revision();
        assertThat(inOrderOfRevision).extracting(revision).as("revisions").doesNotHaveDuplicates();
        for (Grant grant : inOrderOfRevision) {
            assertThat(grant.range.first())
                    .as("first number of %s, after %s was in use", grant, used)
                    .isGreaterThan(used);
            used = Math.max(used, grant.lastUsed);
        }
    }

    /** A call that began after another had ended got a later revision. */
    private static void assertRevisionsFollowTime(List<Grant> inOrderOfRevision) {
        long latestStart = -1;
        for (Grant grant : inOrderOfRevision) {
            assertThat(grant.end)
                    .as("%s has a later revision than a call that began after it had ended", grant)
                    .isGreaterThan(latestStart);
            latestStart = Math.max(latestStart, grant.start);
        }
    }
}
