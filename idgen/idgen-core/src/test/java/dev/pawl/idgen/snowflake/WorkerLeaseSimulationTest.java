package dev.pawl.idgen.snowflake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.EnumMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Worker leases under every fault that {@link Simulation} can draw, over many seeds; and bugs that it must find. */
@Tag("slow")
class WorkerLeaseSimulationTest {

    private static final long FIRST_SEED = 20_261_121;
    private static final int SEEDS = 5_000;
    private static final int LEAST_SEEN = 100;
    private static final int LINES_SHOWN = 80;

    private static final Optional<Long> GIVEN = Optional.ofNullable(Long.getLong("pawl.seed"));

    @Test
    void processesOnOneStoreShareNoIdWhateverFails() {
        EnumMap<SimSeen, Integer> seen = new EnumMap<>(SimSeen.class);
        seeds(SEEDS).forEach(seed -> {
            Simulation simulation = new Simulation(seed, SimDefect.NONE, false);
            simulation.run().ifPresent(violation -> fail(report(seed, violation)));
            simulation.addTo(seen);
        });
        System.out.println(
                "simulated worker leases: seeds=" + SEEDS + ", first -Dpawl.seed=" + FIRST_SEED + ", " + seen);
        if (GIVEN.isEmpty()) {
            assertThat(seen)
                    .as("times seen")
                    .allSatisfy(
                            (what, times) -> assertThat(times).as(what.name()).isGreaterThanOrEqualTo(LEAST_SEEN));
        }
    }

    private static LongStream seeds(int count) {
        return GIVEN.map(LongStream::of).orElseGet(() -> LongStream.range(FIRST_SEED, FIRST_SEED + count));
    }

    private static String report(long seed, Simulation.Violation violation) {
        List<String> log = logOf(seed, SimDefect.NONE);
        return violation.check() + " does not hold: " + violation.what() + "\nrepeat with -Dpawl.seed=" + seed
                + ", which ended so:\n  "
                + String.join("\n  ", log.subList(Math.max(0, log.size() - LINES_SHOWN), log.size()));
    }

    private static List<String> logOf(long seed, SimDefect defect) {
        Simulation simulation = new Simulation(seed, defect, true);
        simulation.run();
        return simulation.logged();
    }

    @Test
    void aSeedRepeatsItsRunExactly() {
        seeds(20).forEach(seed -> {
            List<String> log = logOf(seed, SimDefect.NONE);
            assertThat(log.equals(logOf(seed, SimDefect.NONE)))
                    .as("seed %d", seed)
                    .isTrue();
            assertThat(log).hasSizeGreaterThan(100);
        });
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
    void aPlantedBugRepeatsAnIdWithinSomeSeeds(SimDefect defect) {
        long most = 2_000;
        long found = LongStream.range(FIRST_SEED, FIRST_SEED + most)
                .filter(seed -> new Simulation(seed, defect, false).run().isPresent())
                .findFirst()
                .orElse(FIRST_SEED + most);
        System.out.println("planted " + defect + ": found after " + (found - FIRST_SEED + 1) + " seeds");
        assertThat(found).as("seed that finds " + defect).isLessThan(FIRST_SEED + most);
    }
}
