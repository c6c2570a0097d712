package dev.pawl.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.pawl.common.Deadline;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

final class ManualClockTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final ManualClock clock = ManualClock.startingAt(START);

    @Test
    void timeStandsStillUntilItIsMoved() {
        long nanos = clock.nanos();
        assertThat(clock.instant()).isEqualTo(clock.instant()).isEqualTo(START);
        assertThat(clock.nanos()).isEqualTo(nanos);
    }

    @Test
    void advanceMovesWallClockAndTickerAcrossTheOverflowOfTheTicker() {
        long before = clock.nanos();
        Deadline deadline = Deadline.after(Duration.ofSeconds(3), clock);
        clock.advance(Duration.ofSeconds(2));
        assertThat(clock.instant()).isEqualTo(START.plusSeconds(2));
        assertThat(clock.nanos()).isNegative();
        assertThat(clock.nanos() - before).isEqualTo(2_000_000_000L);
        assertThat(deadline.expired()).isFalse();
        clock.advance(Duration.ofSeconds(1));
        assertThat(deadline.expired()).isTrue();
    }

    @Test
    void settingTheWallClockBackLeavesTheTicker() {
        long before = clock.nanos();
        clock.setInstant(START.minusSeconds(3_600));
        assertThat(clock.instant()).isEqualTo(START.minusSeconds(3_600));
        assertThat(clock.nanos()).isEqualTo(before);
    }

    @Test
    void theTickerCannotGoBack() {
        assertThatIllegalArgumentException().isThrownBy(() -> clock.advance(Duration.ofNanos(-1)));
    }

    @Test
    void aCopyInAnotherZoneMovesAlong() {
        Clock copy = clock.withZone(ZoneId.of("Asia/Tokyo"));
        clock.advance(Duration.ofMinutes(1));
        assertThat(copy.instant()).isEqualTo(START.plusSeconds(60));
        assertThat(copy.getZone()).isEqualTo(ZoneId.of("Asia/Tokyo"));
    }
}
