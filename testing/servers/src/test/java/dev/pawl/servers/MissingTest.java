package dev.pawl.servers;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

final class MissingTest {

    @Test
    void whatIsMissingSkipsATest() {
        assertThatExceptionOfType(TestAbortedException.class)
                .isThrownBy(() -> Missing.tool("install it", null))
                .withMessageContaining("install it");
    }

    @Test
    void whatIsMissingFailsATestUnderCi() {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> Missing.tool("install it", "true"))
                .withMessageContaining("install it");
    }
}
