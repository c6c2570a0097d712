package dev.pawl.lock.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.lock.spi.LockResource;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class CourtesyTest {

    private static final LockResource LOCK = new LockResource(LockResource.Kind.LOCK, "a");

    private long nanos = Long.MAX_VALUE - 50_000_000;
    private final Random random = new Random(1);
    private final Courtesy courtesy = new Courtesy(() -> random, () -> nanos);

    @Test
    void whoReleasesAWantedLockStandsBackForLongerThanOthersWaitToAskAgain() {
        for (int i = 0; i < 100; i++) {
            courtesy.standBack(LOCK);
            assertThat(courtesy.left(LOCK).orElseThrow()).isBetween(Duration.ofMillis(100), Duration.ofMillis(150));
            nanos += 99_000_000;
            assertThat(courtesy.left(LOCK)).isPresent();
            nanos += 52_000_000;
            assertThat(courtesy.left(LOCK)).isEmpty();
        }
    }

    @Test
    void otherLocksAreAskedForAtOnce() {
        courtesy.standBack(LOCK);
        assertThat(courtesy.left(new LockResource(LockResource.Kind.LOCK, "b"))).isEmpty();
        assertThat(courtesy.left(new LockResource(LockResource.Kind.ELECTION, "a")))
                .isEmpty();
    }

    @Test
    void whatIsOverIsForgotten() {
        for (int i = 0; i < 10_000; i++) {
            courtesy.standBack(new LockResource(LockResource.Kind.LOCK, "lock " + i));
            nanos += 10_000_000;
        }
        assertThat(courtesy.size()).isLessThanOrEqualTo(256);
    }
}
