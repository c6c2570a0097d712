package dev.pawl.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.pawl.testkit.PlantedFence.Bug;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/** The kit is green on a guard that is right and red on each planted bug. */
@Tag("slow")
final class FenceGuardTckTest {

    private static final String BUG = "pawl.planted.bug";

    @Test
    void aGuardThatIsRightPasses() {
        Events tests = run(Bug.NONE);
        assertThat(tests.succeeded().count()).isGreaterThan(10);
        assertThat(tests.failed().count()).isZero();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void aPlantedBugIsCaught(Bug bug) {
        assertThat(run(bug).failed().count()).as("tests that %s fails", bug).isPositive();
    }

    private static Events run(Bug bug) {
        return EngineTestKit.engine("junit-jupiter")
                .configurationParameter(BUG, bug.name())
                .selectors(selectClass(PlantedTck.class))
                .execute()
                .testEvents();
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
    static final class PlantedTck extends FenceGuardTck {

        private final Bug bug;
        private final Map<String, PlantedFence.Data> data = PlantedFence.newData();

        PlantedTck(Bug bug) {
            this.bug = bug;
        }

        @Override
        protected FencedNumber open(String resource) {
            return new PlantedFence(bug, resource, data);
        }
    }
}
