package dev.pawl.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import dev.pawl.lock.memory.InMemoryLockBackend;
import dev.pawl.lock.spi.LockBackend;
import dev.pawl.testkit.PlantedLockBackend.Bug;
import java.time.Duration;
import java.util.Objects;
import java.util.OptionalInt;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/** The kit is red on each planted bug, by the test that the bug names. That it is green on a backend that is right: see there. */
@Execution(ExecutionMode.CONCURRENT)
@Tag("slow")
final class LockBackendTckTest {

    private static final String BUG = "pawl.planted.bug";

    @ParameterizedTest
    @EnumSource
    void aPlantedBugIsFoundByItsTest(Bug bug) {
        Events tests = EngineTestKit.engine("junit-jupiter")
                .configurationParameter(BUG, bug.name())
                .selectors(selectMethod(PlantedTck.class, bug.foundBy))
                .execute()
                .testEvents();
        assertThat(tests.started().count()).isEqualTo(1);
        assertThat(tests.failed().count()).as("failures of " + bug.foundBy).isEqualTo(1);
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
    static final class PlantedTck extends LockBackendTck {

        private final PlantedLockBackend backend;

        PlantedTck(Bug bug) {
            backend = new PlantedLockBackend(bug, new InMemoryLockBackend());
        }

        @Override
        protected LockBackend open() {
            return backend;
        }

        /** What is left does not count: the test must find the bug, and not its end. */
        @Override
        protected OptionalInt kept() {
            return OptionalInt.empty();
        }

        @Override
        protected Duration patience() {
            return Duration.ofSeconds(2);
        }
    }
}
