package dev.pawl.wheel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TimerThreadTest {

    private static final Duration FAR = Duration.ofDays(1);

    private final TimerThread timers = TimerThread.start("timers-under-test");

    @AfterEach
    void close() {
        timers.close();
    }

    @Test
    void aTaskRunsOnTheThreadAndNotEarly() throws Exception {
        long before = System.nanoTime();
        CompletableFuture<Long> ranAt = new CompletableFuture<>();
        CompletableFuture<String> thread = new CompletableFuture<>();
        timers.schedule(Duration.ofMillis(20), () -> {
            ranAt.complete(System.nanoTime());
            thread.complete(Thread.currentThread().getName());
        });

        assertThat(ranAt.get() - before).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(20));
        assertThat(thread.get()).isEqualTo("timers-under-test");
    }

    @Test
    void whatIsScheduledEarlierThanAllOthersWakesTheThread() {
        CountDownLatch ran = new CountDownLatch(1);
        timers.schedule(FAR, () -> {});
        awaitRest();
        timers.schedule(Duration.ofMillis(1), ran::countDown);

        assertThat(await(ran)).isTrue();
    }

    @Test
    void whatIsRescheduledEarlierWakesTheThread() {
        CountDownLatch ran = new CountDownLatch(1);
        Timer timer = timers.schedule(FAR, ran::countDown);
        awaitRest();

        assertThat(timers.reschedule(timer, Duration.ZERO)).isTrue();
        assertThat(await(ran)).isTrue();
    }

    @Test
    void aCancelledTimerDoesNotRun() {
        AtomicInteger runs = new AtomicInteger();
        Timer timer = timers.schedule(Duration.ofMillis(5), runs::incrementAndGet);
        assertThat(timer.cancel()).isTrue();
        assertThat(timer.cancel()).isFalse();
        assertThat(timers.reschedule(timer, Duration.ZERO)).isFalse();

        runsTo(Duration.ofMillis(10));
        assertThat(runs).hasValue(0);
    }

    @Test
    void aTaskThatThrowsDoesNotEndTheThread() throws Exception {
        CompletableFuture<Throwable> seen = new CompletableFuture<>();
        try (TimerThread own = TimerThread.start("own", Duration.ofMillis(1), System::nanoTime, (thread, thrown) -> {
            seen.complete(thrown);
            throw new IllegalStateException("the handler's own");
        })) {
            own.schedule(Duration.ZERO, () -> {
                throw new StackOverflowError("a task's own");
            });
            assertThat(seen.get()).hasMessage("a task's own");
            CountDownLatch ran = new CountDownLatch(1);
            own.schedule(Duration.ZERO, ran::countDown);
            assertThat(await(ran)).isTrue();
        }
    }

    @Test
    void anInterruptThatATaskLeavesBehindMakesNothingSpin() {
        CountDownLatch ran = new CountDownLatch(1);
        timers.schedule(0, () -> {
            Thread.currentThread().interrupt();
            ran.countDown();
        });
        assertThat(await(ran)).isTrue();
        runsTo(Duration.ofMillis(20));

        assertThat(timers.wakeUps()).isLessThan(20);
    }

    @Test
    void aTaskRepeatsByScheduling() {
        CountDownLatch runs = new CountDownLatch(5);
        Runnable task = new Runnable() {
            @Override
            public void run() {
                runs.countDown();
                timers.schedule(Duration.ofMillis(1), this);
            }
        };
        timers.schedule(Duration.ofMillis(1), task);

        assertThat(await(runs)).isTrue();
    }

    @Test
    void anIdleThreadIsNotWoken() {
        timers.schedule(FAR, () -> {}).cancel();
        for (int i = 0; i < 1_000; i++) {
            timers.schedule(FAR.plusMillis(i), () -> {});
        }
        runsTo(Duration.ZERO);
        awaitRest();
        long before = timers.wakeUps();
        long until = System.nanoTime() + Duration.ofMillis(300).toNanos();
        while (System.nanoTime() < until) {
            Thread.onSpinWait();
        }

        // One wake-up may still have been on its way.
        assertThat(timers.wakeUps() - before).isLessThanOrEqualTo(1);
    }

    @Test
    void aTimerFarAheadCostsAWakeUpPerLevelAtMost() {
        long before = timers.wakeUps();
        runsTo(Duration.ofMillis(300));

        assertThat(timers.wakeUps() - before).isLessThanOrEqualTo(1 + Buckets.LEVELS);
    }

    @Test
    void closeCancelsWhatIsPending() {
        Timer near = timers.schedule(Duration.ofMillis(50), () -> {});
        Timer far = timers.schedule(FAR, () -> {});
        timers.close();

        assertThat(near.isPending()).isFalse();
        assertThat(far.isPending()).isFalse();
        assertThat(far.cancel()).isFalse();
        assertThatThrownBy(() -> timers.schedule(Duration.ZERO, () -> {}))
                .isInstanceOf(RejectedExecutionException.class);
        assertThat(timers.reschedule(far, Duration.ZERO)).isFalse();
    }

    @Test
    void closeWaitsForTheTaskThatRunsAndStartsNoOther() {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        AtomicInteger ended = new AtomicInteger();
        timers.schedule(0, () -> {
            begun.countDown();
            await(mayEnd);
            ended.incrementAndGet();
        });
        assertThat(await(begun)).isTrue();
        Timer next = timers.schedule(0, ended::incrementAndGet);
        CompletableFuture<Void> closing = CompletableFuture.runAsync(timers::close);
        while (!timers.isClosed()) {
            Thread.onSpinWait();
        }
        assertThat(closing).isNotDone();
        mayEnd.countDown();
        closing.join();

        assertThat(ended).hasValue(1);
        assertThat(next.isPending()).isFalse();
    }

    @Test
    void aTaskMayCloseItsThread() {
        CountDownLatch closed = new CountDownLatch(1);
        timers.schedule(0, () -> {
            timers.close();
            closed.countDown();
        });
        assertThat(await(closed)).isTrue();

        timers.close();
        assertThatThrownBy(() -> timers.schedule(0, () -> {})).isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void aFloodOfScheduleAndCancelNeitherFillsTheHeapNorWakesTheThread() {
        runsTo(Duration.ZERO);
        awaitRest();
        long wakeUps = timers.wakeUps();
        int most = 0;
        for (int i = 0; i < 3_000_000; i++) {
            timers.schedule(FAR, () -> {}).cancel();
            if (i % 10_000 == 0) {
                most = Math.max(most, timers.waiting());
            }
        }

        assertThat(most).isLessThanOrEqualTo(SharedWheel.DEEP);
        assertThat(timers.wakeUps() - wakeUps).isLessThanOrEqualTo(3);
    }

    @Test
    void noTimerOfManyThreadsIsLostOrEarly() throws Exception {
        int perThread = 50_000;
        AtomicLong early = new AtomicLong();
        AtomicInteger runs = new AtomicInteger();
        AtomicInteger cancelled = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        CountDownLatch all = new CountDownLatch(4 * perThread);
        for (int t = 0; t < 4; t++) {
            int number = t;
            Thread thread = new Thread(() -> {
                for (int i = 0; i < perThread; i++) {
                    long delay = (i * 31L + number) % 40_000_000;
                    long deadline = System.nanoTime() + delay;
                    Timer timer = timers.schedule(delay, () -> {
                        if (System.nanoTime() < deadline) {
                            early.incrementAndGet();
                        }
                        runs.incrementAndGet();
                        all.countDown();
                    });
                    if (i % 3 == 0 && timer.cancel()) {
                        cancelled.incrementAndGet();
                        all.countDown();
                    } else if (i % 3 == 1) {
                        timers.reschedule(timer, Duration.ofNanos(2 * delay));
                    }
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(await(all)).isTrue();
        assertThat(early).hasValue(0);
        assertThat(runs.get() + cancelled.get()).isEqualTo(4 * perThread);
    }

    /** Waits until something scheduled so far ahead has run. */
    private void runsTo(Duration delay) {
        CountDownLatch ran = new CountDownLatch(1);
        timers.schedule(delay, ran::countDown);
        assertThat(await(ran)).isTrue();
    }

    private void awaitRest() {
        while (!timers.isResting()) {
            Thread.onSpinWait();
        }
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
