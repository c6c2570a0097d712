package dev.pawl.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.common.Ticker;
import java.io.IOException;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Rounds with jobs from their plan to their verdict. */
final class JobRounds {

    private JobRounds() {}

    /** What became of a round, and how many jobs were done in a second before its first fault. */
    record Result(JobVerdict verdict, double calmRate) {}

    /** Runs a round in which each fault must come, and be seen, so many times; at its end the store is empty. */
    static Result of(JobSetup setup, Map<JobFault, Integer> times, RedisUnderFault store)
            throws IOException, InterruptedException {
        return run(setup, times, store, true);
    }

    /** The same with what is broken. */
    static JobVerdict ofBroken(JobSetup setup, Map<JobFault, Integer> times, RedisUnderFault store)
            throws IOException, InterruptedException {
        return run(setup, times, store, false).verdict;
    }

    private static Result run(
            JobSetup setup, Map<JobFault, Integer> times, RedisUnderFault store, boolean leavesNothing)
            throws IOException, InterruptedException {
        String name = setup.namespace();
        Random random = ChaosSettings.random(name);
        long start = Ticker.system().nanos();
        boolean allSeen = times.keySet().equals(Set.of(JobFault.CLAIM_CUT));
        try (JobRound round = new JobRound(setup, store, random)) {
            round.run(times);
            round.finish();
            JobVerdict verdict = round.verdict(allSeen);
            ChaosSettings.report(name, start, round.summary() + ", " + verdict.summary());
            verdict.problems().values().forEach(some -> some.forEach(System.out::println));
            assertThat(round.seen()).as("faults seen").isEqualTo(times);
            if (leavesNothing) {
                round.requireNothingLeft();
            }
            return new Result(verdict, round.calmRate());
        }
    }

    /** What is promised holds. */
    static void requireAll(JobVerdict verdict) {
        assertThat(verdict.problems()).isEmpty();
        assertThat(verdict.counts().excused()).isZero();
    }

    static int kills(Map<JobFault, Integer> times) {
        return times.entrySet().stream()
                .filter(entry -> entry.getKey().kills())
                .mapToInt(Map.Entry::getValue)
                .sum();
    }
}
