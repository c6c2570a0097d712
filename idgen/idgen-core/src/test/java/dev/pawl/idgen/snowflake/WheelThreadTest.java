package dev.pawl.idgen.snowflake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WheelThreadTest {

    private static final Duration SHORT = Duration.ofMillis(20);
    private static final Duration LONG = Duration.ofSeconds(30);

    private final WheelThread thread = new WheelThread();
    private final AtomicReference<Thread> runner = new AtomicReference<>();
    private final AtomicInteger runs = new AtomicInteger();
    private final AtomicBoolean hanging = new AtomicBoolean();
    private final AtomicBoolean interrupted = new AtomicBoolean();
    private final CountDownLatch hung = new CountDownLatch(1);

    @BeforeEach
    void knowTheThread() {
        thread.soon(() -> runner.set(Thread.currentThread()));
        await().until(() -> runner.get() != null);
    }

    @AfterEach
    void end() throws Exception {
        hung.countDown();
        try {
            thread.end(() -> {}, LONG);
        } catch (RejectedExecutionException e) {
            // The test has ended it.
        }
        await().until(() -> !runner.get().isAlive());
    }

    /** Does not come back before the latch is open, whoever interrupts it. */
    private void hang() {
        hanging.set(true);
        while (hung.getCount() > 0) {
            try {
                hung.await();
            } catch (InterruptedException e) {
                interrupted.set(true);
            }
        }
    }

    @Test
    void theThreadIsADaemonWithAName() {
        assertThat(runner.get().isDaemon()).isTrue();
        assertThat(runner.get().getName()).isEqualTo("pawl-worker-lease");
    }

    @Test
    void aTaskThatThrowsIsRepeated() {
        thread.repeat(Duration.ofMillis(1), () -> {
            if (runs.incrementAndGet() == 1) {
                throw new AssertionError("thrown by the test");
            }
        });
        await().until(() -> runs.get() > 1);
    }

    @Test
    void aPeriodLiesBetweenTwoRunsHoweverLongTheyTake() {
        List<Long> begins = new CopyOnWriteArrayList<>();
        List<Long> ends = new CopyOnWriteArrayList<>();
        thread.repeat(SHORT, () -> {
            long begin = System.nanoTime();
            begins.add(begin);
            await().until(() -> System.nanoTime() - begin > 2 * SHORT.toNanos());
            ends.add(System.nanoTime());
        });
        await().until(() -> begins.size() >= 4);
        for (int i = 0; i < 3; i++) {
            assertThat(begins.get(i + 1) - ends.get(i)).isGreaterThanOrEqualTo(SHORT.toNanos());
        }
    }

    @Test
    void atTheEndTheLastTaskRunsAndNoneBehindIt() throws Exception {
        AtomicInteger repeated = new AtomicInteger();
        thread.repeat(Duration.ofMillis(1), repeated::incrementAndGet);
        await().until(() -> repeated.get() > 0);
        AtomicInteger atLast = new AtomicInteger();
        thread.end(
                () -> {
                    atLast.set(repeated.get());
                    runs.incrementAndGet();
                },
                LONG);
        assertThat(runs).hasValue(1);
        await().until(() -> !runner.get().isAlive());
        assertThat(repeated).hasValue(atLast.get());
        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> thread.soon(runs::incrementAndGet));
        assertThat(runs).hasValue(1);
    }

    @Test
    void whatTheLastTaskThrowsIsTold() {
        IllegalStateException thrown = new IllegalStateException("thrown by the test");
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> thread.end(
                        () -> {
                            throw thrown;
                        },
                        LONG))
                .withCause(thrown);
    }

    @Test
    void aTaskThatHangsIsInterruptedAndNotWaitedForAndNoneBeginsAfterIt() {
        thread.repeat(Duration.ofMillis(1), () -> {
            if (runs.incrementAndGet() == 1) {
                hang();
            }
        });
        await().untilTrue(hanging);
        AtomicInteger late = new AtomicInteger();
        thread.soon(late::incrementAndGet);
        assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> thread.end(late::incrementAndGet, SHORT));
        await().untilTrue(interrupted);
        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> thread.soon(late::incrementAndGet));
        hung.countDown();
        await().until(() -> !runner.get().isAlive());
        assertThat(late).hasValue(0);
        assertThat(runs).hasValue(1);
    }

    @Test
    void aCallerThatIsInterruptedWaitsNoLonger() {
        thread.soon(this::hang);
        await().untilTrue(hanging);
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> thread.end(runs::incrementAndGet, LONG));
        hung.countDown();
        await().until(() -> !runner.get().isAlive());
        assertThat(runs).hasValue(0);
    }
}
