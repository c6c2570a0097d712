package dev.pawl.lock.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.lock.redis.BallotSimulation.Setup;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many runs of RedLock under faults, and whether they find what they are for. */
final class BallotSimulationTest {

    private static final int SEEDS = 5_000;
    /** A defect is found within the seeds that the correct rules are tried with. */
    private static final int SEEDS_OF_A_DEFECT = 5_000;

    @Test
    void grantsAreDisjointAndTheirTokensRiseInEveryRun() {
        int[] seen = LongStream.range(0, SEEDS)
                .parallel()
                .mapToObj(seed -> {
                    BallotSimulation run = new BallotSimulation(seed, setup(seed, BallotDefect.NONE)).run();
                    assertThat(run.failure).as("seed %s of %s", seed, run.setup).isNull();
                    return new int[] {run.granted, run.admitted};
                })
                .reduce(new int[2], (a, b) -> new int[] {a[0] + b[0], a[1] + b[1]});
        assertThat(seen[0]).as("grants").isGreaterThan(10 * SEEDS);
        assertThat(seen[1]).as("admissions").isGreaterThan(SEEDS);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void everyDefectIsFound(BallotDefect defect) {
        for (long seed = 0; seed < SEEDS_OF_A_DEFECT; seed++) {
            BallotSimulation run = new BallotSimulation(seed, setup(seed, defect)).run();
            if (run.failure != null) {
                return;
            }
        }
        throw new AssertionError("no run of " + SEEDS_OF_A_DEFECT + " found " + defect);
    }

    private static Setup setup(long seed, BallotDefect defect) {
        boolean forgets = defect == BallotDefect.VOTES_WITHOUT_ADMISSION || defect == BallotDefect.KEPT_OUT_BY_CLIENTS;
        boolean expires = defect == BallotDefect.EXPIRES_WITHOUT_FLOOR;
        return new Setup(
                seed % 2 == 0 ? 3 : 5,
                forgets || seed / 2 % 2 == 0,
                expires || seed / 4 % 2 == 0,
                seed / 8 % 4 == 0,
                defect);
    }
}
