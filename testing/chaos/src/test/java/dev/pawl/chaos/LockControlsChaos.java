package dev.pawl.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.chaos.LockVerdict.Check;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The test of the tests: the same rounds find what is lost where nothing checks a token, by whatever lock, and find nothing
 * where the counter has a guard. The holder is paused past its lease each time.
 */
final class LockControlsChaos {

    private static final int PAUSES = ChaosSettings.longRounds() ? 15 : 3;

    @Test
    void aLockOfSetNxWithoutAGuardLosesUpdates() throws IOException, InterruptedException {
        requireLost(verdict("control-set-nx", WorkerLock.Kind.SET_NX, false));
    }

    @Test
    void redissonsLockWithoutAGuardLosesUpdates() throws IOException, InterruptedException {
        requireLost(verdict("control-rlock", WorkerLock.Kind.RLOCK, false));
    }

    @Test
    void ourLockWithoutAGuardLosesUpdates() throws IOException, InterruptedException {
        LockVerdict verdict = verdict("control-no-guard", WorkerLock.Kind.REDIS, false);

        requireLost(verdict);
        assertThat(verdict.problems()).containsOnlyKeys(Check.UPDATES, Check.ORDER_AT_THE_RESOURCE);
    }

    @Test
    void ourLockWithAGuardLosesNothing() throws IOException, InterruptedException {
        LockVerdict verdict = verdict("control-guard", WorkerLock.Kind.REDIS, true);

        assertThat(verdict.problems()).isEmpty();
        assertThat(verdict.lost()).isZero();
        assertThat(verdict.refused()).isGreaterThanOrEqualTo(PAUSES);
    }

    private static void requireLost(LockVerdict verdict) {
        assertThat(verdict.lost()).as("lost updates").isGreaterThanOrEqualTo(PAUSES);
        assertThat(verdict.problems(Check.UPDATES)).isNotEmpty();
    }

    private static LockVerdict verdict(String name, WorkerLock.Kind kind, boolean guarded)
            throws IOException, InterruptedException {
        LockSetup setup = LockSetup.ours(ChaosSettings.folder(name)).of(kind, guarded);
        try (RedisUnderFault store = RedisUnderFault.durable()) {
            return LockRounds.verdict(setup, Map.of(LockFault.HOLDER_PAUSED, PAUSES), store);
        }
    }
}
