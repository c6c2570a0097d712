package dev.pawl.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TimeoutsTest {

    private static final Duration TIMEOUT = Duration.ofMillis(100);

    private record Timer(Runnable task, long at) {}

    private final List<Timer> timers = new ArrayList<>();
    private final List<String> over = new ArrayList<>();
    private boolean refusing;
    private long now = Long.MAX_VALUE - 50_000_000; // it overflows on the way
    private final Timeouts timeouts = new Timeouts(
            TIMEOUT,
            (task, delay) -> {
                if (refusing) {
                    throw new IllegalStateException("ended");
                }
                timers.add(new Timer(task, now + delay.toNanos()));
            },
            () -> now);

    @Test
    void aRequestEndsWhenItsTimeIsOverAndNotBefore() {
        Timeouts.Request first = begin("first");
        pass(60);
        begin("second");
        timeouts.end(first);
        pass(99);
        assertThat(over).isEmpty();
        pass(1);
        assertThat(over).containsExactly("second");
        assertThat(timeouts.underWay()).isEmpty();
    }

    @Test
    void requestsThatAreAnsweredShareOneTimerAndLeaveNothing() {
        for (int i = 0; i < 1000; i++) {
            timeouts.end(begin("answered"));
        }
        assertThat(timers).hasSize(1);
        assertThat(timeouts.underWay()).isEmpty();
        pass(100);
        assertThat(timers).isEmpty();
        begin("later");
        assertThat(timers).hasSize(1);
    }

    @Test
    void aRequestThatBeginsWhileAnotherIsEndedHasItsTimeToo() {
        timeouts.begin(() -> begin("next"));
        pass(100);
        assertThat(over).isEmpty();
        pass(100);
        assertThat(over).containsExactly("next");
    }

    @Test
    void aTimerThatHasEndedRefusesRequestsAndKeepsNone() {
        refusing = true;
        assertThatThrownBy(() -> begin("refused")).isInstanceOf(IllegalStateException.class);
        assertThat(timeouts.underWay()).isEmpty();
        refusing = false;
        begin("taken");
        pass(100);
        assertThat(over).containsExactly("taken");
    }

    private Timeouts.Request begin(String name) {
        Timeouts.Request request = () -> over.add(name);
        timeouts.begin(request);
        return request;
    }

    private void pass(long millis) {
        for (long i = 0; i < millis; i++) {
            now += 1_000_000;
            List<Timer> due =
                    timers.stream().filter(timer -> timer.at() - now <= 0).toList();
            timers.removeAll(due);
            due.forEach(timer -> timer.task().run());
        }
    }
}
