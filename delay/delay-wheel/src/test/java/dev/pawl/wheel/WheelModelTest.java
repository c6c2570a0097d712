package dev.pawl.wheel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WheelModelTest {

    private static final int SEEDS = 1_000;
    private static final int OPERATIONS = 1_000;

    @ParameterizedTest
    @ValueSource(longs = {1_000, 1_000_000, 7_777_777, 3_600_000_000_000L})
    void aWheelIsEqualToAPriorityQueue(long tickNanos) {
        long fired = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            TimingWheel wheel = new TimingWheel(Duration.ofNanos(tickNanos));
            fired += new WheelModel(seed, subject(wheel), tickNanos, Long.MAX_VALUE).run(OPERATIONS);
        }
        assertThat(fired).isGreaterThan(SEEDS * OPERATIONS / 4);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE - 3_000_000_000L, -5_000_000_000L})
    void aSharedWheelIsEqualToAPriorityQueueWhereverTheClockBegins(long origin) {
        long fired = 0;
        for (int seed = 0; seed < SEEDS / 2; seed++) {
            SharedSubject subject = new SharedSubject(origin, 1 << seed % 3);
            fired += new WheelModel(seed, subject, 1_000_000, Long.MAX_VALUE).run(OPERATIONS);
            assertThat(subject.wheel.waiting()).isZero();
        }
        assertThat(fired).isGreaterThan(SEEDS * OPERATIONS / 8);
    }

    @Test
    void nextDeadlineIsALowerBoundThatLeadsToTheTimerInNineStepsAtMost() {
        for (int shift = 0; shift < 63; shift++) {
            TimingWheel wheel = new TimingWheel();
            long deadline = (1L << shift) + 12_345;
            wheel.schedule(deadline, () -> {});
            int steps = 0;
            int ran = 0;
            while (ran == 0) {
                long next = wheel.nextDeadline().orElseThrow();
                assertThat(next).isLessThan(deadline + 1_000_000);
                ran = wheel.advance(next, 1);
                steps++;
            }
            assertThat(steps).isLessThanOrEqualTo(Buckets.LEVELS);
            assertThat(wheel.nextDeadline()).isEmpty();
        }
    }

    private static WheelModel.Subject subject(TimingWheel wheel) {
        return new WheelModel.Subject() {
            @Override
            public Timer schedule(long deadlineNanos, Runnable task) {
                return wheel.schedule(deadlineNanos, task);
            }

            @Override
            public boolean reschedule(Timer timer, long deadlineNanos) {
                return wheel.reschedule(timer, deadlineNanos);
            }

            @Override
            public int advance(long nowNanos, int limit) {
                return wheel.advance(nowNanos, limit);
            }
        };
    }

    /** A shared wheel over a clock that begins anywhere. */
    private static final class SharedSubject implements WheelModel.Subject {

        private final long origin;
        private long nowNanos;
        private final SharedWheel wheel;

        SharedSubject(long origin, int deep) {
            this.origin = origin;
            this.wheel = new SharedWheel(new Ticks(1_000_000), () -> this.origin + nowNanos, 1, deep, () -> {});
        }

        @Override
        public Timer schedule(long deadlineNanos, Runnable task) {
            return wheel.schedule(delay(deadlineNanos), task);
        }

        @Override
        public boolean reschedule(Timer timer, long deadlineNanos) {
            return wheel.reschedule(timer, delay(deadlineNanos));
        }

        @Override
        public int advance(long now, int limit) {
            nowNanos = now;
            @Nullable Timer[] batch = new Timer[limit];
            int taken = wheel.turn(batch, Runnable::run);
            assertThat(batch).containsOnlyNulls();
            assertThat(taken).isLessThanOrEqualTo(limit);
            // Full, or a task has scheduled what is due already: there is more to do.
            boolean more = wheel.rest() <= 0;
            wheel.awake();
            return more ? limit : taken;
        }

        private long delay(long deadlineNanos) {
            return deadlineNanos < 0 ? -1 : deadlineNanos - nowNanos;
        }
    }
}
