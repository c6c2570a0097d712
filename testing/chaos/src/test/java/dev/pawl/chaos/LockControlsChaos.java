package dev.pawl.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.chaos.LockVerdict.Check;
import dev.pawl.common.Ticker;
import java.io.IOException;
import java.util.Map;
import java.util.Random;
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
        LockVerdict verdict = verdict("control-no-guard", WorkerLock.Kind.PAWL, false);

        requireLost(verdict);
        assertThat(verdict.problems()).containsOnlyKeys(Check.UPDATES, Check.ORDER_AT_THE_RESOURCE);
    }

    @Test
    void ourLockWithAGuardLosesNothing() throws IOException, InterruptedException {
        LockVerdict verdict = verdict("control-guard", WorkerLock.Kind.PAWL, true);

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
        Random random = ChaosSettings.random(name);
        LockSetup setup = LockSetup.ours(ChaosSettings.folder(name)).of(kind, guarded);
        Map<LockFault, Integer> times = Map.of(LockFault.HOLDER_PAUSED, PAUSES);
        long start = Ticker.system().nanos();
        try (StoreUnderFault store = StoreUnderFault.durable();
                LockRound round = new LockRound(setup, store, random)) {
            round.run(LockPlan.of(times, random));
            round.finish();
            LockVerdict verdict = round.verdict();
            ChaosSettings.report(name, start, round.summary() + ", " + verdict.summary());
            assertThat(round.seen()).as("faults seen").isEqualTo(times);
            return verdict;
        }
    }
}
