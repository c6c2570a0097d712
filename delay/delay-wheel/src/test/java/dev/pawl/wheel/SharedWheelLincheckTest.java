package dev.pawl.wheel;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What threads share, under Lincheck's model checker: decided on JDK 17; on newer ones it may miss what it finds there, so
 * that the planted bug is looked for on each.
 */
@Tag("slow")
class SharedWheelLincheckTest {

    @ParameterizedTest
    @ValueSource(classes = {DriverModel.class, DriverModel.Draining.class})
    void cancelAndRescheduleAndExpiryAreOneAfterTheOther(Class<?> model) {
        options(15).check(model);
    }

    @ParameterizedTest
    @ValueSource(classes = {UsersModel.class, UsersModel.Draining.class})
    void noTimerIsLostBetweenThreadsAndEveryDueOneIsWokenFor(Class<?> model) {
        options(15).check(model);
    }

    @Test
    void aTimerThatFiresWithoutCompareAndSetIsFoundOut() {
        assertThatThrownBy(() -> options(30).check(PlantedModel.class)).isInstanceOf(LincheckAssertionError.class);
    }

    private static ModelCheckingOptions options(int scenarios) {
        return new ModelCheckingOptions()
                .iterations(scenarios)
                .invocationsPerIteration(300)
                .threads(2)
                // A timer ends once: what runs before would leave nothing to race for.
                .actorsBefore(0)
                .actorsAfter(0)
                .actorsPerThread(3);
    }
}
