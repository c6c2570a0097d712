package dev.pawl.idgen.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RetriesTest {

    private static final BackendException DEAD = new BackendException("dead", Outcome.NOT_APPLIED, null);

    private final ManualClock clock = ManualClock.startingAt(Instant.EPOCH);
    private final RetryBudget budget = new RetryBudget(clock);

    @Test
    void aLongTimeSavesTenRetriesAndNoMore() {
        useUp();
        clock.advance(Duration.ofHours(1));

        assertThat(useUp()).isEqualTo(10);
    }

    @Test
    void manyCallsSaveTenRetriesAndNoMore() {
        useUp();
        IntStream.range(0, 10_000).forEach(i -> budget.call());

        assertThat(useUp()).isEqualTo(10);
    }

    @Test
    void aTenthOfTheCallsMayBeRepeated() {
        useUp();
        IntStream.range(0, 55).forEach(i -> budget.call());

        assertThat(useUp()).isEqualTo(5);
    }

    @Test
    void manyTagsThatHaveRecoveredRaiseTheBudgetNoLonger() {
        Retries retries = new Retries(clock);
        for (int i = 0; i < 200; i++) {
            retries.failed("tag-" + i, DEAD, Duration.ZERO);
        }
        for (int i = 0; i < 200; i++) {
            retries.answered("tag-" + i);
        }
        retries.failed("orders", DEAD, Duration.ZERO);

        for (int tick = 0; tick < 1_000; tick++) {
            retries.refusal("orders");
            clock.advance(Duration.ofMillis(10));
        }

        assertThat(retries.allowed()).isBetween(30L, 41L);
    }

    private int useUp() {
        int retries = 0;
        while (retries < 1_000 && budget.tryRetry(1)) {
            retries++;
        }
        return retries;
    }
}
