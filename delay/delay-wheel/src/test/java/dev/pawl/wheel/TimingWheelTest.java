package dev.pawl.wheel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimingWheelTest {

    private static final long MILLI = 1_000_000;

    private final TimingWheel wheel = new TimingWheel();
    private final List<String> ran = new ArrayList<>();

    @Test
    void aTimerFiresAtItsDeadlineRoundedUpToATick() {
        wheel.schedule(5 * MILLI + 1, () -> ran.add("a"));

        assertThat(wheel.advance(5 * MILLI + 1, 10)).isZero();
        assertThat(wheel.advance(6 * MILLI - 1, 10)).isZero();
        assertThat(wheel.advance(6 * MILLI, 10)).isOne();
        assertThat(ran).containsExactly("a");
    }

    @Test
    void whatIsOverdueIsDueAtOnce() {
        wheel.advance(1_000 * MILLI, 1);
        wheel.schedule(3, () -> ran.add("past"));
        wheel.schedule(-7, () -> ran.add("negative"));
        wheel.schedule(Long.MIN_VALUE, () -> ran.add("least"));

        assertThat(wheel.nextDeadline()).hasValue(1_000 * MILLI);
        assertThat(wheel.advance(1_000 * MILLI, 10)).isEqualTo(3);
    }

    @Test
    void theGreatestDeadlineIsNeverReached() {
        Timer never = wheel.schedule(Long.MAX_VALUE, () -> ran.add("never"));

        assertThat(wheel.advance(Long.MAX_VALUE, 10)).isZero();
        assertThat(never.isPending()).isTrue();
        assertThat(never.cancel()).isTrue();
        assertThat(wheel.nextDeadline()).isEmpty();
    }

    @Test
    void theWorkedExampleOfThePageOnTheWheelIsTrue() {
        wheel.advance(133 * MILLI, 1);
        wheel.schedule(8_400 * MILLI, () -> ran.add("A"));

        for (long tick : new long[] {8_192, 8_384, 8_400}) {
            assertThat(ran).isEmpty();
            assertThat(wheel.nextDeadline()).hasValue(tick * MILLI);
            wheel.advance(tick * MILLI, 1);
        }
        assertThat(ran).containsExactly("A");
    }

    @Test
    void timeThatGoesBackCountsAsThePresent() {
        wheel.advance(100 * MILLI, 1);
        wheel.schedule(90 * MILLI, () -> ran.add("a"));

        assertThat(wheel.advance(5 * MILLI, 10)).isOne();
    }

    @Test
    void aCallRunsNoMoreThanItsLimit() {
        for (int i = 0; i < 10; i++) {
            wheel.schedule(MILLI, () -> ran.add("x"));
        }

        assertThat(wheel.advance(MILLI, 4)).isEqualTo(4);
        assertThat(wheel.size()).isEqualTo(6);
        assertThat(wheel.nextDeadline()).hasValue(MILLI);
        assertThat(wheel.advance(MILLI, 4)).isEqualTo(4);
        assertThat(wheel.advance(MILLI, 4)).isEqualTo(2);
        assertThat(ran).hasSize(10);
    }

    @Test
    void aTaskMayUseTheWheel() {
        Timer other = wheel.schedule(5 * MILLI, () -> ran.add("other"));
        Timer third = wheel.schedule(50 * MILLI, () -> ran.add("third"));
        wheel.schedule(2 * MILLI, () -> {
            ran.add("first");
            assertThat(other.cancel()).isTrue();
            assertThat(wheel.reschedule(third, 3 * MILLI)).isTrue();
            wheel.schedule(0, () -> ran.add("at once"));
        });

        assertThat(wheel.advance(4 * MILLI, 10)).isEqualTo(3);
        assertThat(ran).containsExactly("first", "at once", "third");
    }

    @Test
    void aTaskFindsItsOwnTimerFired() {
        Timer[] own = new Timer[1];
        own[0] = wheel.schedule(MILLI, () -> {
            assertThat(own[0].isPending()).isFalse();
            assertThat(own[0].cancel()).isFalse();
            assertThat(wheel.reschedule(own[0], 9 * MILLI)).isFalse();
            ran.add("a");
        });

        assertThat(wheel.advance(20 * MILLI, 10)).isOne();
        assertThat(wheel.size()).isZero();
        assertThat(own[0]).hasToString("Timer[fired, tick=1]");
    }

    @Test
    void advanceFromATaskIsRefused() {
        wheel.schedule(
                MILLI,
                () -> assertThatThrownBy(() -> wheel.advance(2 * MILLI, 1))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("advance must not be called from a task: nowNanos=2000000"));

        assertThat(wheel.advance(MILLI, 1)).isOne();
    }

    @Test
    void whatATaskThrowsReachesTheCallerAndTheRestIsRunByTheNextCall() {
        for (int i = 0; i < 3; i++) {
            wheel.schedule(MILLI, () -> {
                throw new IllegalStateException("a task's own");
            });
        }
        for (int left = 2; left >= 0; left--) {
            assertThatThrownBy(() -> wheel.advance(MILLI, 10)).hasMessage("a task's own");
            assertThat(wheel.size()).isEqualTo(left);
        }
        assertThat(wheel.advance(MILLI, 10)).isZero();
    }

    @Test
    void aCancelledTimerNoLongerHoldsMemoryOfTheWheel() {
        List<Timer> timers = new ArrayList<>();
        for (int i = 0; i < 2_000_000; i++) {
            timers.add(wheel.schedule(1_000_000 * MILLI, () -> ran.add("x")));
        }
        assertThat(timers).allMatch(Timer::cancel);

        assertThat(wheel.size()).isZero();
        assertThat(wheel.nextDeadline()).isEmpty();
        assertThat(wheel.capacity()).isLessThanOrEqualTo(Buckets.LEVELS * Buckets.PER_LEVEL * Buckets.KEPT);
    }

    @Test
    void anothersTimerIsRefused() {
        Timer timer = new TimingWheel().schedule(MILLI, () -> {});

        assertThatThrownBy(() -> wheel.reschedule(timer, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("timer must be one of this wheel: timer=Timer[pending, tick=1]");
    }

    @Test
    void badInputIsRefused() {
        assertThatThrownBy(() -> wheel.advance(1, 0)).hasMessage("limit must be >= 1: limit=0");
        assertThatThrownBy(() -> new TimingWheel(Duration.ofNanos(999)))
                .hasMessage("tick must be in [PT0.000001S, PT1H]: tick=PT0.000000999S");
        assertThatThrownBy(() -> new TimingWheel(Duration.ofHours(1).plusNanos(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> wheel.schedule(1, null)).isInstanceOf(NullPointerException.class);
        assertThat(wheel.size()).isZero();
    }
}
