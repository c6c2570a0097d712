package dev.pawl.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.pawl.idgen.spi.SegmentWitness;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * What every {@link SegmentWitness} owes its callers, as tests; to be extended like {@link SegmentStoreTck}. Tags have
 * random names, so that tests may share one database.
 */
public abstract class SegmentWitnessTck {

    private static final long GREATEST = Long.MAX_VALUE - 1;

    /** Makes the test. */
    protected SegmentWitnessTck() {}

    /**
     * Opens a witness over the data of this test. Each one that a test opens stands for one process that shares the marks.
     * Closing what it holds is left to the subclass, after each test.
     *
     * @return a witness that is ready for use
     * @throws Exception if the witness cannot be opened, which fails the test
     */
    protected abstract SegmentWitness open() throws Exception;

    @Test
    final void aMarkIsRaisedByARangeAboveIt() throws Exception {
        SegmentWitness witness = open();
        String tag = newTag();
        assertThat(raise(witness, tag, 1, 10)).isEmpty();
        assertThat(raise(witness, tag, 11, 20)).isEmpty();
        assertThat(raise(witness, tag, 1_000, 1_000)).isEmpty();
        assertThat(raise(witness, tag, 1_000, 2_000)).hasValue(1_000);
    }

    @Test
    final void aRangeAtOrBelowTheMarkIsRefusedWithTheMarkAndMovesNothing() throws Exception {
        SegmentWitness witness = open();
        String tag = newTag();
        assertThat(raise(witness, tag, 1, 100)).isEmpty();
        assertThat(raise(witness, tag, 1, 100)).hasValue(100);
        assertThat(raise(witness, tag, 100, 200)).hasValue(100);
        assertThat(raise(witness, tag, 50, 60)).hasValue(100);
        assertThat(raise(witness, tag, 50, 500)).hasValue(100);
        assertThat(raise(witness, tag, 101, 101)).isEmpty();
    }

    @Test
    final void allThatShareAMarkSeeIt() throws Exception {
        String tag = newTag();
        assertThat(raise(open(), tag, 1, 100)).isEmpty();
        assertThat(raise(open(), tag, 100, 200)).hasValue(100);
        assertThat(raise(open(), tag, 101, 200)).isEmpty();
        assertThat(lower(open(), tag, 200, 150)).isTrue();
        assertThat(raise(open(), tag, 150, 160)).hasValue(150);
    }

    @Test
    final void tagsHaveMarksOfTheirOwn() throws Exception {
        SegmentWitness witness = open();
        String tag = newTag();
        List<String> tags = List.of(tag, tag.toUpperCase(Locale.ROOT), tag + ":", tag + "_", tag + "x".repeat(88));
        for (String one : tags) {
            assertThat(raise(witness, one, 5, 10)).as(one).isEmpty();
        }
        for (String one : tags) {
            assertThat(raise(witness, one, 10, 20)).as(one).hasValue(10);
        }
    }

    @Test
    final void aMarkIsLoweredFromExactlyTheValueNamed() throws Exception {
        SegmentWitness witness = open();
        String tag = newTag();
        assertThat(raise(witness, tag, 1, 100)).isEmpty();
        assertThat(lower(witness, tag, 99, 40)).isFalse();
        assertThat(lower(witness, tag, 101, 40)).isFalse();
        assertThat(raise(witness, tag, 100, 100)).hasValue(100);
        assertThat(lower(witness, tag, 100, 40)).isTrue();
        assertThat(lower(witness, tag, 100, 40)).isFalse();
        assertThat(raise(witness, tag, 40, 50)).hasValue(40);
        assertThat(raise(witness, tag, 41, 50)).isEmpty();
    }

    @Test
    final void aMarkIsLoweredToTheVeryBeginning() throws Exception {
        SegmentWitness witness = open();
        String tag = newTag();
        assertThat(raise(witness, tag, 1, 1)).isEmpty();
        assertThat(lower(witness, tag, 1, 0)).isTrue();
        assertThat(raise(witness, tag, 1, 1)).isEmpty();
        assertThat(raise(witness, tag, 1, 1)).hasValue(1);
    }

    @Test
    final void aTagThatWasNeverRaisedIsNotLowered() throws Exception {
        SegmentWitness witness = open();
        String tag = newTag();
        assertThat(lower(witness, tag, 100, 40)).isFalse();
        assertThat(raise(witness, tag, 1, 10)).isEmpty();
    }

    @Test
    final void theGreatestNumbersAreMarksToo() throws Exception {
        SegmentWitness witness = open();
        String tag = newTag();
        assertThat(raise(witness, tag, GREATEST - 10, GREATEST)).isEmpty();
        assertThat(raise(witness, tag, GREATEST, GREATEST)).hasValue(GREATEST);
        assertThat(lower(witness, tag, GREATEST, GREATEST - 1)).isTrue();
        assertThat(raise(witness, tag, GREATEST, GREATEST)).isEmpty();
    }

    @Test
    final void ofManyThatRaiseTheSameRangeOneSucceeds() throws Exception {
        List<SegmentWitness> witnesses = List.of(open(), open(), open(), open());
        String tag = newTag();
        for (long first = 1; first <= 200; first += 10) {
            long from = first;
            List<OptionalLong> answers = Threads.inParallel(witnesses, witness -> raise(witness, tag, from, from + 9));
            assertThat(answers).containsOnlyOnce(OptionalLong.empty());
            assertThat(answers.stream().flatMapToLong(OptionalLong::stream)).containsOnly(from + 9);
        }
    }

    @Test
    final void ofManyThatLowerTheSameMarkOneSucceeds() throws Exception {
        List<SegmentWitness> witnesses = List.of(open(), open(), open(), open());
        String tag = newTag();
        assertThat(raise(open(), tag, 1, 1_000)).isEmpty();
        List<Long> targets = LongStream.range(0, 4).boxed().toList();
        List<Boolean> answers =
                Threads.inParallel(targets, to -> lower(witnesses.get(to.intValue()), tag, 1_000, 100 + to));
        assertThat(answers).containsOnlyOnce(true);
    }

    @Test
    final void rangesThatWereRaisedAtTheSameTimeNeverMeet() throws Exception {
        List<SegmentWitness> witnesses = List.of(open(), open(), open(), open());
        String tag = newTag();
        List<List<Long>> raised = Threads.inParallel(witnesses, witness -> {
            List<Long> mine = new ArrayList<>();
            for (long first = 1; first <= 120; first += 4) {
                if (raise(witness, tag, first, first + 5).isEmpty()) {
                    LongStream.rangeClosed(first, first + 5).forEach(mine::add);
                }
            }
            return mine;
        });
        assertThat(raised.stream().flatMap(List::stream)).isNotEmpty().doesNotHaveDuplicates();
    }

    @Test
    final void numbersThatAreNoRangeAreRefused() throws Exception {
        SegmentWitness witness = open();
        String tag = newTag();
        for (long[] range : new long[][] {{0, 5}, {-1, 5}, {5, 4}, {Long.MIN_VALUE, Long.MAX_VALUE}}) {
            assertThatIllegalArgumentException().isThrownBy(() -> witness.raise(tag, range[0], range[1]));
        }
        for (long[] step : new long[][] {{5, 5}, {5, 6}, {5, -1}, {0, 0}, {0, -1}}) {
            assertThatIllegalArgumentException().isThrownBy(() -> witness.lower(tag, step[0], step[1]));
        }
    }

    @Test
    final void aNameThatIsNoTagsNameIsRefused() throws Exception {
        SegmentWitness witness = open();
        for (String name : SegmentCalls.badNames()) {
            assertThatIllegalArgumentException()
                    .as("raise of <%s>", name)
                    .isThrownBy(() -> witness.raise(name, 1, 2))
                    .withMessageContaining("tag");
            assertThatIllegalArgumentException()
                    .as("lower of <%s>", name)
                    .isThrownBy(() -> witness.lower(name, 2, 1))
                    .withMessageContaining("tag");
        }
    }

    @Test
    final void theScopeSaysWhoSharesTheMarks() throws Exception {
        assertThat(open().scope()).isNotBlank();
    }

    private static OptionalLong raise(SegmentWitness witness, String tag, long first, long last) {
        return Threads.await(witness.raise(tag, first, last));
    }

    private static boolean lower(SegmentWitness witness, String tag, long from, long to) {
        return Threads.await(witness.lower(tag, from, to));
    }

    private static String newTag() {
        return SegmentCalls.newTag(1, 1).name();
    }
}
