package dev.pawl.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.common.Ticker;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what must come true, by looking again and again. */
record Waits(Duration patience) {

    private static final long POLL_NANOS = 2_000_000;

    void await(String what, BooleanSupplier condition) {
        long begun = Ticker.system().nanos();
        while (!condition.getAsBoolean()) {
            assertThat(Ticker.system().nanos() - begun)
                    .as("nanoseconds waited until " + what)
                    .isLessThan(patience.toNanos());
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /** Lets real time pass, where it is the store's clock that must run. */
    void letPass(Duration time) {
        long begun = Ticker.system().nanos();
        await("time has passed", () -> Ticker.system().nanos() - begun >= time.toNanos());
    }
}
