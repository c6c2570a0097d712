package dev.pawl.idgen.segment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.idgen.spi.Reservation.Range;
import org.junit.jupiter.api.Test;

/** Which ranges an instance takes after others: each bound by itself. */
class SegmentAnswersTest {

    private final SegmentAnswers answers = new SegmentAnswers("orders");

    @Test
    void aRangeAboveTheLastIsTaken() {
        assertThat(answers.take(new Range(1, 10, 1))).isNull();
        assertThat(answers.take(new Range(11, 20, 2))).isNull();
        assertThat(answers.take(new Range(101, 110, 7))).isNull();
        assertThat(answers.greatestGranted()).isEqualTo(110);
    }

    @Test
    void aRangeThatBeginsWithinTheLastIsRefusedHoweverHighItsRevision() {
        assertThat(answers.take(new Range(1, 10, 1))).isNull();
        assertThat(answers.take(new Range(10, 19, 99)))
                .hasMessage(
                        "a range must lie above those granted before: tag=orders, first=10, granted=10, revision=99,"
                                + " grantedRevision=1");
        assertThat(answers.greatestGranted()).isEqualTo(10);
    }

    @Test
    void aRevisionThatWasSeenIsRefusedHoweverHighItsRange() {
        assertThat(answers.take(new Range(1, 10, 5))).isNull();
        assertThat(answers.take(new Range(1_001, 1_010, 5))).isNotNull();
        assertThat(answers.take(new Range(1_001, 1_010, 6))).isNull();
    }
}
