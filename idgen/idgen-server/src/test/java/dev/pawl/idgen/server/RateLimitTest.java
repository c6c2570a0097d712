package dev.pawl.idgen.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateLimitTest {

    private static final long SECOND = 1_000_000_000;

    private final AtomicLong now = new AtomicLong(-5);

    private RateLimit limit(int perSecond, int burst) {
        return new RateLimit(perSecond, burst, now::get);
    }

    private static int admitted(RateLimit limit, int requests) {
        int admitted = 0;
        for (int i = 0; i < requests; i++) {
            admitted += limit.take() == 0 ? 1 : 0;
        }
        return admitted;
    }

    @ParameterizedTest
    @CsvSource({"1,1", "1,10", "7,3", "100,100", "100,1", "999,50", "3,1000", "1000,5000"})
    void inAnyTenSecondsAtMostTheRateAndTheBurstPass(int perSecond, int burst) {
        RateLimit limit = limit(perSecond, burst);
        Random random = new Random(perSecond * 31L + burst);
        List<Long> admitted = new ArrayList<>();
        for (int step = 0; step < 40_000; step++) {
            // Now and then a pause, in which the bucket fills.
            now.addAndGet(random.nextInt(500) == 0 ? 3 * SECOND : random.nextInt(2_000_000));
            for (int i = random.nextInt(8); i > 0; i--) {
                if (limit.take() == 0) {
                    admitted.add(now.get());
                }
            }
        }
        int most = 0;
        int from = 0;
        for (int to = 0; to < admitted.size(); to++) {
            while (admitted.get(to) - admitted.get(from) > 10 * SECOND) {
                from++;
            }
            most = Math.max(most, to - from + 1);
        }
        assertThat(most).isLessThanOrEqualTo(perSecond * 10 + burst);
        assertThat(admitted).as("the run came to the limit").hasSizeGreaterThan(burst);
    }

    @Test
    void aFullBucketGivesItsBurstAndThenTheRateExactly() {
        RateLimit limit = limit(10, 5);
        assertThat(admitted(limit, 100)).isEqualTo(5);
        int inTenSeconds = 0;
        for (int step = 0; step < 1000; step++) {
            now.addAndGet(SECOND / 100);
            inTenSeconds += admitted(limit, 3);
        }
        assertThat(inTenSeconds).isEqualTo(100);
        now.addAndGet(3600 * SECOND);
        assertThat(admitted(limit, 100))
                .as("an hour's pause saves no more than a burst")
                .isEqualTo(5);
    }

    @Test
    void aRefusalSaysWhenTheNextOnePassesAndThatHolds() {
        RateLimit limit = limit(3, 2);
        admitted(limit, 2);
        long nanos = limit.take();
        assertThat(nanos).isBetween(1L, SECOND / 3 + 1);
        now.addAndGet(nanos - 1);
        assertThat(limit.take()).isEqualTo(1);
        now.addAndGet(1);
        assertThat(limit.take()).isZero();
    }

    @Test
    void waitingIsSaidInWholeSecondsAndAtLeastOne() {
        assertThat(RateLimit.seconds(1)).isEqualTo(1);
        assertThat(RateLimit.seconds(SECOND)).isEqualTo(1);
        assertThat(RateLimit.seconds(SECOND + 1)).isEqualTo(2);
    }

    @Test
    void theReadingOfTheClockMayOverflow() {
        now.set(Long.MAX_VALUE - SECOND / 2);
        RateLimit limit = limit(1, 1);
        assertThat(limit.take()).isZero();
        assertThat(limit.take()).isEqualTo(SECOND);
        now.addAndGet(SECOND);
        assertThat(now.get()).isNegative();
        assertThat(limit.take()).isZero();
    }

    @Test
    void threadsSideBySidePassNoMoreThanOne() {
        for (int round = 0; round < 200; round++) {
            RateLimit limit = limit(1, 100);
            List<CompletableFuture<Integer>> threads = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                threads.add(CompletableFuture.supplyAsync(() -> admitted(limit, 1000)));
            }
            assertThat(threads.stream().mapToInt(CompletableFuture::join).sum()).isEqualTo(100);
        }
    }
}
