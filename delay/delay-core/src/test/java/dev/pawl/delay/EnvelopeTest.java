package dev.pawl.delay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.delay.spi.JobBody;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A body is read as it was written, and no other is taken for one. */
final class EnvelopeTest {

    @Test
    void headersAndPayloadAreReadAsTheyWereWritten() {
        Map<String, String> headers = Map.of("a", "", "ä\u2603", "x".repeat(70_000));
        for (Map<String, String> each : java.util.List.of(Map.<String, String>of(), headers)) {
            Envelope read = Envelope.of(new Envelope(each, JobBody.of(new byte[] {1, 2, 3})).body());
            assertThat(read.headers()).isEqualTo(each);
            assertThat(read.payload().bytes()).containsExactly(1, 2, 3);
        }
    }

    @Test
    void anUnknownVersionIsRefused() {
        assertThatThrownBy(() -> Envelope.of(JobBody.of(new byte[] {2, 0, 0})))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("body must be of version 1: version=2");
    }

    @Test
    void aBodyThatIsCutIsRefused() {
        byte[] whole = new Envelope(Map.of("name", "value"), JobBody.of(new byte[0]))
                .body()
                .bytes();
        for (int length = 0; length < whole.length; length++) {
            JobBody cut = JobBody.of(java.util.Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> Envelope.of(cut))
                    .as("%s bytes", length)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
