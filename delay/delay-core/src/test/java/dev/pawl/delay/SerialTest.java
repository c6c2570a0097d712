package dev.pawl.delay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tasks run one after the other, whatever one of them does. */
final class SerialTest {

    private final Serial serial = new Serial();
    private final List<String> ran = new ArrayList<>();

    @Test
    void aTaskThatIsAddedByAnotherRunsAfterIt() {
        serial.execute(() -> {
            serial.execute(() -> ran.add("second"));
            ran.add("first");
        });
        assertThat(ran).containsExactly("first", "second");
    }

    @Test
    void aTaskThatFailsDoesNotStopTheOthers() {
        serial.execute(() -> {
            throw new StackOverflowError("as a codec of deep data would");
        });
        serial.execute(() -> ran.add("next"));
        assertThat(ran).containsExactly("next");
    }
}
