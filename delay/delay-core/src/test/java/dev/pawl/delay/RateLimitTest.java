package dev.pawl.delay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** A bucket that is never fuller than a tenth of a second's worth. */
final class RateLimitTest {

    private static final long SECOND = 1_000_000_000;

    private final RateLimit hundred = new RateLimit(OptionalDouble.of(100), 7);

    @Test
    void itBeginsWithOneAndFillsToATenthOfASecond() {
        assertThat(hundred.take(50, 7)).isEqualTo(1);
        assertThat(hundred.take(50, 7)).isZero();
        assertThat(hundred.take(50, 7 + SECOND / 20)).isEqualTo(5);
        assertThat(hundred.take(50, 7 + 60 * SECOND)).isEqualTo(10);
    }

    @Test
    void itTakesNoMoreThanIsWanted() {
        assertThat(hundred.take(3, 7 + SECOND)).isEqualTo(3);
        assertThat(hundred.take(50, 7 + SECOND)).isEqualTo(7);
    }

    @Test
    void whatIsGivenBackCanBeTakenUpToTheMost() {
        assertThat(hundred.take(50, 7 + SECOND)).isEqualTo(10);
        hundred.giveBack(4);
        assertThat(hundred.take(50, 7 + SECOND)).isEqualTo(4);
        hundred.giveBack(400);
        assertThat(hundred.take(500, 7 + SECOND)).isEqualTo(10);
    }

    @Test
    void aRateOfLessThanTenHoldsOne() {
        RateLimit two = new RateLimit(OptionalDouble.of(2), 0);
        assertThat(two.take(5, 0)).isEqualTo(1);
        assertThat(two.nextInNanos(0)).isEqualTo(SECOND / 2);
        assertThat(two.nextInNanos(SECOND / 2)).isZero();
        assertThat(two.take(5, 60 * SECOND)).isEqualTo(1);
    }

    @Test
    void aClockThatIsReadLateTakesNothingAway() {
        assertThat(hundred.take(50, 7 + SECOND)).isEqualTo(10);
        assertThat(hundred.take(50, 7)).isZero();
        hundred.giveBack(1);
        assertThat(hundred.take(50, 7)).isEqualTo(1);
    }

    @Test
    void withoutARateEverythingIsAllowed() {
        RateLimit none = new RateLimit(OptionalDouble.empty(), 0);
        assertThat(none.take(5_000, 0)).isEqualTo(5_000);
        assertThat(none.nextInNanos(0)).isZero();
    }
}
