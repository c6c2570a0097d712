package dev.pawl.wheel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What hangs on when the driver looks, without a thread that would decide it. */
class SharedWheelTest {

    private static final long FAR = 1_000_000_000_000L;

    private final AtomicInteger wakeUps = new AtomicInteger();
    private final AtomicInteger runs = new AtomicInteger();
    private final SharedWheel wheel =
            new SharedWheel(new Ticks(1_000_000), () -> 0, 1, SharedWheel.DEEP, wakeUps::incrementAndGet);

    @Test
    void whatIsCancelledAtOnceWakesTheDriverOnceUntilItWouldBeDue() {
        turnAndRest();
        for (int i = 0; i < 10; i++) {
            wheel.schedule(FAR, runs::incrementAndGet).cancel();
            turnAndRest();
        }

        assertThat(wakeUps).hasValue(1);
    }

    @Test
    void onlyAnEarlierDeadlineWakesTheDriver() {
        wheel.schedule(FAR, runs::incrementAndGet);
        turnAndRest();
        wheel.schedule(FAR, runs::incrementAndGet);
        wheel.schedule(2 * FAR, runs::incrementAndGet);
        assertThat(wakeUps).hasValue(0);
        wheel.schedule(1, runs::incrementAndGet);

        assertThat(wakeUps).hasValue(1);
    }

    @Test
    void afterACloseNothingMoreOfTheBatchRuns() {
        Runnable closing = () -> {
            runs.incrementAndGet();
            wheel.close();
        };
        Timer one = wheel.schedule(0, closing);
        Timer two = wheel.schedule(0, closing);
        turn();

        assertThat(runs).hasValue(1);
        assertThat(one.isPending()).isFalse();
        assertThat(two.isPending()).isFalse();
    }

    @Test
    void aTimerThatWasCancelledInItsBucketLeavesIt() {
        Timer timer = wheel.schedule(FAR, runs::incrementAndGet);
        turn();
        assertThat(wheel.placed()).isOne();
        timer.cancel();
        turn();

        assertThat(wheel.placed()).isZero();
        assertThat(wheel.waiting()).isZero();
    }

    @Test
    void aStackAsDeepAsCanBeCountedIsDrainedInAnyCase() {
        SharedWheel never = new SharedWheel(new Ticks(1_000_000), () -> 0, 1, 1 << 30, () -> {});
        for (int i = 0; i < Inbox.DEEPEST - 1; i++) {
            never.schedule(FAR, runs::incrementAndGet).cancel();
        }
        assertThat(never.waiting()).isEqualTo(Inbox.DEEPEST - 1);
        never.schedule(FAR, runs::incrementAndGet);

        assertThat(never.waiting()).isZero();
        assertThat(never.placed()).isOne();
    }

    private void turnAndRest() {
        wheel.awake();
        turn();
        wheel.rest();
    }

    private void turn() {
        wheel.turn(new @Nullable Timer[10], Runnable::run);
    }
}
