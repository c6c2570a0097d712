package dev.pawl.idgen.segment;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class StepPolicyTest {

    private static final long SECOND = 1_000_000_000L;

    private final StepPolicy steps = new StepPolicy(1_000, 1_000_000, Duration.ofSeconds(10));

    @Test
    void aSegmentIsSizedToLastTheTargetDurationAtTheRateSeen() {
        assertThat(steps.next(20_000, 5 * SECOND, 20_000)).isEqualTo(40_000);
    }

    @Test
    void oneBurstGrowsTheStepByABoundedFactorAndOneLullShrinksItSo() {
        assertThat(steps.next(1_000, 1, 1_000)).isEqualTo(8_000);
        assertThat(steps.next(1, 3_600 * SECOND, 100_000)).isEqualTo(50_000);
    }

    @Test
    void theStepStaysBetweenFloorAndCeiling() {
        assertThat(steps.next(1, 3_600 * SECOND, 1_000)).isEqualTo(1_000);
        assertThat(steps.next(1_000_000, 1, 900_000)).isEqualTo(1_000_000);
        assertThat(steps.next(0, 0, 1_000)).isEqualTo(1_000);
    }
}
