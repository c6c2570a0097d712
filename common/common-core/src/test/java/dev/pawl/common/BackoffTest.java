package dev.pawl.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTest {

    private final Backoff backoff = new Backoff(Duration.ofMillis(20), Duration.ofSeconds(2));

    @Test
    void growsByDoublingUpToItsBoundWithJitterInTheUpperHalf() {
        for (int i = 0; i < 1_000; i++) {
            assertThat(backoff.delay(1)).isBetween(Duration.ofMillis(10), Duration.ofMillis(20));
            assertThat(backoff.delay(4)).isBetween(Duration.ofMillis(80), Duration.ofMillis(160));
            assertThat(backoff.delay(8)).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(2));
            assertThat(backoff.delay(Integer.MAX_VALUE)).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(2));
        }
    }

    @Test
    void boundsThatContradictEachOtherAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Backoff(Duration.ZERO, Duration.ofSeconds(1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> backoff.delay(0));
    }
}
