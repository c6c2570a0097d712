package dev.pawl.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.pawl.idgen.spi.WorkerLeaseStore;
import dev.pawl.testkit.PlantedLeaseStore.Bug;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

/** The kit is green on a store that is right and red on each planted bug. */
final class WorkerLeaseStoreTckTest {

    private static final String BUG = "pawl.planted.bug";

    @Test
    void aStoreThatIsRightPasses() {
        EngineExecutionResults results = run(Bug.NONE);
        assertThat(results.testEvents().succeeded().count()).isGreaterThan(20);
        assertThat(results.testEvents().failed().count()).isZero();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void aPlantedBugIsCaught(Bug bug) {
        assertThat(failuresOf(bug)).as("tests that %s fails", bug).isNotEmpty();
    }

    @Test
    void aStoreThatComparesTheRevisionOnlyIsCaughtByTheOtherOwner() {
        assertThat(failuresOf(Bug.COMPARES_THE_REVISION_ONLY))
                .contains("aWriteThatExpectsAnotherOwnerOfTheSameRevisionIsRefused");
    }

    @Test
    void namesAsOwnersAreCaughtByAnOlderRevision() {
        assertThat(failuresOf(Bug.COMPARES_THE_INCARNATION_ONLY)).contains("aWriteThatExpectsAnOlderRevisionIsRefused");
    }

    @Test
    void aLostUpdateIsCaughtByTheThreads() {
        assertThat(failuresOf(Bug.LOSES_AN_UPDATE_UNDER_THREADS)).contains("ofManyWritersOneWinsEachRevision");
    }

    private static Set<String> failuresOf(Bug bug) {
        return run(bug).testEvents().failed().stream()
                .map(event -> event.getTestDescriptor().getDisplayName().replace("()", ""))
                .collect(Collectors.toSet());
    }

    private static EngineExecutionResults run(Bug bug) {
        return EngineTestKit.engine("junit-jupiter")
                .configurationParameter(BUG, bug.name())
                .selectors(selectClass(PlantedTck.class))
                .execute();
    }

    /** Takes the bug from the run's parameters, since several runs must not share a variable. */
    static final class BugOfTheRun implements ParameterResolver {
        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == Bug.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return Bug.valueOf(Objects.requireNonNull(
                    context.getConfigurationParameter(BUG).orElse(null), BUG));
        }
    }

    @ExtendWith(BugOfTheRun.class)
    static final class PlantedTck extends WorkerLeaseStoreTck {

        private final Bug bug;
        private final PlantedLeaseStore.Rows rows = new PlantedLeaseStore.Rows();

        PlantedTck(Bug bug) {
            this.bug = bug;
        }

        @Override
        protected WorkerLeaseStore open() {
            return new PlantedLeaseStore(bug, rows);
        }
    }
}
