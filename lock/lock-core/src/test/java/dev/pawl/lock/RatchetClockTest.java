package dev.pawl.lock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.common.RatchetClock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class RatchetClockTest {

    private final FakeTime time = new FakeTime();
    private final RatchetClock clock = new RatchetClock(time::monotonic, time.wall());

    private void sampled(Duration duration) {
        for (long left = duration.toMillis(); left > 0; left -= 50) {
            time.pass(Duration.ofMillis(Math.min(50, left)));
            clock.nanos();
        }
    }

    private Duration elapsed() {
        return Duration.ofNanos(clock.nanos());
    }

    @Test
    void itCountsTheMonotonicClock() {
        time.pass(Duration.ofNanos(1));
        assertThat(clock.nanos()).isEqualTo(1);
        time.pass(Duration.ofMillis(24));
        assertThat(clock.nanos()).isEqualTo(24_000_001);
        sampled(Duration.ofSeconds(10));
        assertThat(clock.nanos()).isEqualTo(10_024_000_001L);
    }

    @Test
    void aSuspensionIsCountedByTheWallClock() {
        sampled(Duration.ofSeconds(1));
        time.suspend(Duration.ofSeconds(20));
        assertThat(elapsed()).isEqualTo(Duration.ofSeconds(21));
        assertThat(elapsed()).as("counted once").isEqualTo(Duration.ofSeconds(21));
        sampled(Duration.ofSeconds(1));
        assertThat(elapsed()).isEqualTo(Duration.ofSeconds(22));
    }

    @Test
    void aStepBackHidesNoLaterSuspension() {
        time.setWall(Duration.ofSeconds(-30));
        sampled(Duration.ofSeconds(1));
        assertThat(elapsed()).isEqualTo(Duration.ofSeconds(1));
        time.suspend(Duration.ofSeconds(20));
        sampled(Duration.ofMillis(50));
        assertThat(elapsed()).isEqualTo(Duration.ofMillis(21_050));
    }

    @Test
    void itNeverGoesBack() {
        time.suspend(Duration.ofSeconds(20));
        assertThat(elapsed()).isEqualTo(Duration.ofSeconds(20));
        time.setWall(Duration.ofSeconds(-20));
        assertThat(elapsed()).isEqualTo(Duration.ofSeconds(20));
    }

    @Test
    void aStepForwardCountsAsTime() {
        time.setWall(Duration.ofSeconds(5));
        assertThat(elapsed()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void theWallClockMayBeABitAhead() {
        for (int i = 0; i < 100; i++) {
            time.setWall(Duration.ofMillis(i % 2 == 0 ? 50 : -50));
            sampled(Duration.ofMillis(50));
        }
        assertThat(elapsed()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void aPauseBetweenItsTwoReadingsCountsOnce() {
        Duration[] pause = {Duration.ZERO};
        Clock wall = new Clock() {
            @Override
            public long millis() {
                time.pause(pause[0]);
                pause[0] = Duration.ZERO;
                return time.wall().millis();
            }

            @Override
            public Instant instant() {
                return Instant.ofEpochMilli(millis());
            }

            @Override
            public ZoneId getZone() {
                return time.wall().getZone();
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }
        };
        RatchetClock paused = new RatchetClock(time::monotonic, wall);
        pause[0] = Duration.ofSeconds(10);
        assertThat(paused.nanos()).isEqualTo(10_000_000_000L);
        time.pass(Duration.ofSeconds(1));
        assertThat(paused.nanos()).isEqualTo(11_000_000_000L);
    }

    @Test
    void noScheduleOfStepsAndSuspensionsIsCountedTooShort() {
        int totalsTooShort = 0;
        for (int seed = 0; seed < 2_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            FakeTime own = new FakeTime();
            RatchetClock ratchet = new RatchetClock(own::monotonic, own.wall());
            long monotonicStart = own.monotonic();
            long wallStart = own.wall().millis();
            Duration real = Duration.ZERO;
            long last = 0;
            for (int step = 0; step < 20; step++) {
                Duration by = Duration.ofMillis(random.nextInt(-40_000, 20_000));
                Duration suspended = Duration.ofMillis(random.nextInt(100, 30_000));
                int kind = random.nextInt(4);
                if (kind == 0) {
                    own.setWall(by);
                } else if (kind == 1) {
                    own.suspend(suspended);
                    real = real.plus(suspended);
                }
                for (int i = 0; i < 3; i++) {
                    Duration ran = Duration.ofMillis(random.nextInt(25, 50));
                    own.pass(ran);
                    real = real.plus(ran);
                    assertThat(ratchet.nanos()).isGreaterThanOrEqualTo(last);
                    last = ratchet.nanos();
                }
            }
            assertThat(last).as("seed %d", seed).isGreaterThanOrEqualTo(real.toNanos());
            long totals = Math.max(own.monotonic() - monotonicStart, (own.wall().millis() - wallStart) * 1_000_000);
            totalsTooShort += totals < real.minusMillis(1).toNanos() ? 1 : 0;
        }
        assertThat(totalsTooShort).as("by totals, which this is not").isGreaterThan(500);
    }
}
