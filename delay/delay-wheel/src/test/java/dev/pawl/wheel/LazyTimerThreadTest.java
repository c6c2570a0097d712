package dev.pawl.wheel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The thread is there from the first timer to the close. */
final class LazyTimerThreadTest {

    private static final String NAME = "lazy-timer-test";

    @Test
    void aThreadStartsWithTheFirstTimerAndRunsAll() throws Exception {
        try (LazyTimerThread timers = new LazyTimerThread(NAME)) {
            assertThat(threads()).isZero();
            Thread first = runIn(timers);
            assertThat(first.getName()).isEqualTo(NAME);
            assertThat(runIn(timers)).isSameAs(first);
        }
        assertThat(threads()).isZero();
    }

    @Test
    void afterTheCloseTimersAreRefusedAndNoThreadStarts() throws Exception {
        LazyTimerThread used = new LazyTimerThread(NAME);
        assertThat(runIn(used)).isNotNull();
        LazyTimerThread unused = new LazyTimerThread(NAME);
        used.close();
        unused.close();
        assertThatThrownBy(() -> used.schedule(0, () -> {})).isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> unused.schedule(0, () -> {}))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("thread=" + NAME);
        assertThat(threads()).isZero();
    }

    private static Thread runIn(LazyTimerThread timers) throws Exception {
        CompletableFuture<Thread> ran = new CompletableFuture<>();
        assertThat(timers.schedule(0, () -> ran.complete(Thread.currentThread())))
                .isNotNull();
        return ran.get(30, TimeUnit.SECONDS);
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(NAME))
                .count();
    }
}
