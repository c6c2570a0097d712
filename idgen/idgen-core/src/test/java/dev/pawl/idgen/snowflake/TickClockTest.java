package dev.pawl.idgen.snowflake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.idgen.TestTime;
import dev.pawl.idgen.layout.IdField;
import dev.pawl.idgen.layout.IdLayout;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TickClockTest {

    private final TestTime time = new TestTime(IdLayout.DEFAULT_EPOCH.plusSeconds(1));
    private final TickClock clock = new TickClock(IdLayout.SNOWFLAKE, time);

    @Test
    void theNextNumberIsTheLastPlusOneOrAStartInThePresentTick() {
        long tick = 1_000L << 12;
        assertThat(clock.successor(tick | 100, 1_000)).isEqualTo(tick | 101);
        assertThat(clock.successor(tick | 4095, 1_000))
                .as("carries into the next tick")
                .isEqualTo(1_001L << 12);
        assertThat(clock.successor(tick | 4095, 999)).isEqualTo(1_001L << 12);
        assertThat(clock.successor(tick | 7, 1_001)).isBetween(1_001L << 12, (1_001L << 12) + 1_023);
    }

    @Test
    void aSealedLeaseNeverOverflowsIntoAFreshTick() {
        for (int sequence = 1; sequence <= 61; sequence++) {
            TickClock any = new TickClock(
                    new IdLayout(
                            Duration.ofMillis(1),
                            IdLayout.DEFAULT_EPOCH,
                            IdField.tick(Math.min(41, 62 - sequence)),
                            IdField.worker("worker", 1),
                            IdField.sequence(sequence)),
                    time);
            long limit = any.endOf(any.layout.maxTick());
            assertThat(WorkerLease.SEALED).isGreaterThan(limit);
            assertThat(any.successor(WorkerLease.SEALED, any.layout.maxTick())).isGreaterThan(limit);
        }
    }

    @Test
    void startsAreSpreadOverAtMostAQuarterOfTheSequence() {
        SplittableRandom random = new SplittableRandom(1);
        for (IdLayout layout :
                new IdLayout[] {IdLayout.SNOWFLAKE, IdLayout.SONYFLAKE, IdLayout.WIDE, IdLayout.JAVASCRIPT}) {
            TickClock any = new TickClock(layout, time);
            int startBits = Math.min(10, layout.sequenceBits() - 2);
            long greatest = 0;
            for (int i = 0; i < 20_000; i++) {
                long tick = random.nextLong(1L << 30);
                long start = any.successor(0, tick) - (tick << layout.sequenceBits());
                greatest = Math.max(greatest, start);
                assertThat(start).isBetween(0L, (1L << startBits) - 1);
            }
            assertThat(greatest).isGreaterThan((1L << startBits) * 9 / 10);
        }
    }
}
