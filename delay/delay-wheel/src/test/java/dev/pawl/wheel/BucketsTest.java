package dev.pawl.wheel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How timers come down the levels. */
class BucketsTest {

    private final TimingWheel owner = new TimingWheel();
    private final Buckets buckets = new Buckets();

    @Test
    void theManyTimersOfAUnitComeDownInPartsDuringTheUnitBefore() {
        // On level 2, as 8192 is two of its units ahead, and 128 of level 1.
        for (int i = 0; i < 32; i++) {
            IntStream.range(8_192, 12_288).forEach(this::place);
        }
        assertThat(buckets.on(2)).isEqualTo(32 * 4_096);
        IntStream.range(1, 4_096).forEach(this::turn);
        assertThat(buckets.on(2)).isEqualTo(32 * 4_096);
        for (int tick = 4_096; tick < 12_288; tick++) {
            int upper = buckets.on(2);
            int middle = buckets.on(1);
            turn(tick);
            int down = upper - buckets.on(2);
            assertThat(down).as("moved from level 2 at " + tick).isLessThanOrEqualTo(32 * 64);
            assertThat(middle + down - buckets.on(1))
                    .as("moved from level 1 at " + tick)
                    .isLessThanOrEqualTo(32 * (tick < 8_192 ? 65 : 2));
        }
        assertThat(buckets.size()).isZero();
    }

    @Test
    void fewTimersComeDownAtOnce() {
        IntStream.range(192, 256).forEach(this::place);
        IntStream.range(1, 190).forEach(this::turn);
        assertThat(buckets.on(1)).isEqualTo(64);
        IntStream.range(190, 193).forEach(this::turn);
        assertThat(buckets.on(1)).isZero();
    }

    @Test
    void whatHasNotComeDownGoesAtOnceWhenItsUnitBegins() {
        IntStream.range(8_192, 12_288).forEach(this::place);
        assertThat(buckets.nextTick()).isEqualTo(8_192);
        assertThat(buckets.poll(8_192)).isNotNull();
        assertThat(buckets.on(2)).isZero();
        for (int left = 4_094; left >= 0; left--) {
            assertThat(buckets.poll(12_287)).isNotNull();
            assertThat(buckets.size()).isEqualTo(left);
        }
    }

    @Test
    void aTimerThatEndsInThe128thUnitIsDueInIt() {
        buckets.poll(63);
        place(63 + 8_191);
        assertThat(buckets.on(1)).isEqualTo(1);
        assertThat(buckets.nextTick()).isEqualTo(8_192);
        assertThat(buckets.poll(8_253)).isNull();
        assertThat(buckets.poll(8_254)).isNotNull();
    }

    @Test
    void timeDoesNotGoBack() {
        buckets.poll(200);
        assertThat(buckets.poll(100)).isNull();
        assertThat(buckets.nowTick()).isEqualTo(200);
    }

    private void place(int tick) {
        buckets.place(new Timer(owner, tick, () -> {}), tick);
    }

    private void turn(int tick) {
        Timer timer = buckets.poll(tick);
        while (timer != null) {
            assertThat(Timer.tickOf(timer.state())).isEqualTo(tick);
            timer = buckets.poll(tick);
        }
    }
}
