package dev.pawl.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DeadlineTest {

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final Ticker ticker = nanos::get;

    @Test
    void expiresExactlyAtItsEndAcrossAnOverflowOfTheTicker() {
        Deadline deadline = Deadline.after(Duration.ofNanos(10), ticker);
        nanos.addAndGet(9);
        assertThat(deadline.expired()).isFalse();
        assertThat(deadline.remainingNanos()).isEqualTo(1);
        nanos.addAndGet(1);
        assertThat(deadline.expired()).isTrue();
    }

    @Test
    void zeroHasExpiredAlready() {
        assertThat(Deadline.after(Duration.ZERO, ticker).expired()).isTrue();
    }

    @Test
    void theLongestDurationDoesNotOverflowIntoThePast() {
        assertThat(Deadline.after(Duration.ofSeconds(Long.MAX_VALUE), ticker).expired())
                .isFalse();
    }

    @Test
    void aNegativeDurationIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Deadline.after(Duration.ofNanos(-1), ticker))
                .withMessage("duration must be >= 0: duration=PT-0.000000001S");
    }
}
