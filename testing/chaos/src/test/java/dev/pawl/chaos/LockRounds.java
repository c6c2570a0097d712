package dev.pawl.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.chaos.LockVerdict.Check;
import dev.pawl.common.Ticker;
import java.io.IOException;
import java.util.Map;
import java.util.Random;

/** Rounds from their plan to their verdict. */
final class LockRounds {

    private LockRounds() {}

    /** Runs a round in which each fault must come, and be seen, so many times. */
    static LockVerdict verdict(LockSetup setup, Map<LockFault, Integer> times, StoreUnderFault store)
            throws IOException, InterruptedException {
        String name = setup.folder().getFileName().toString();
        Random random = ChaosSettings.random(name);
        long start = Ticker.system().nanos();
        try (LockRound round = new LockRound(setup, store, random)) {
            round.run(LockPlan.of(times, random));
            round.finish();
            LockVerdict verdict = round.verdict();
            ChaosSettings.report(name, start, round.summary() + ", " + verdict.summary());
            assertThat(round.seen()).as("faults seen").isEqualTo(times);
            return verdict;
        }
    }

    /** Where the store keeps what it promises. */
    static void requireAll(LockVerdict verdict) {
        assertThat(verdict.problems()).isEmpty();
        assertThat(verdict.lost()).isZero();
    }

    /** Where two handles may be valid: a guard tells them apart. */
    static void requireAllButIntervals(LockVerdict verdict) {
        assertThat(verdict.problems().keySet()).isSubsetOf(Check.INTERVALS, Check.HAND_OVERS);
        assertThat(verdict.lost()).isZero();
        assertThat(verdict.refused()).isPositive();
    }

    /** Of a lock that is broken: its holder believes in what is another's, which a guard makes harmless. */
    static void requireOverlaps(LockVerdict verdict) {
        assertThat(verdict.problems(Check.INTERVALS)).isNotEmpty();
        assertThat(verdict.lost()).isZero();
    }
}
