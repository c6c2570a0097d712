package dev.pawl.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RedisReplyTest {

    private final RedisReply reply = RedisReply.of(Arrays.asList(7L, bytes("ü"), null, bytes("9007199254740993")));

    @Test
    void elementsAreReadAsWhatTheyAre() {
        assertThat(reply.size()).isEqualTo(4);
        assertThat(reply.integer(0)).isEqualTo(7);
        assertThat(reply.text(1)).isEqualTo("ü");
        assertThat(reply.bytes(1)).isEqualTo(bytes("ü"));
        assertThat(reply.isAbsent(2)).isTrue();
        assertThat(reply.isAbsent(0)).isFalse();
        assertThat(reply).hasToString("[7, ü, null, 9007199254740993]");
    }

    @Test
    void anIntegerMayBeWrittenInDigits() {
        assertThat(reply.integer(3)).isEqualTo(9007199254740993L);
    }

    @Test
    void anElementThatIsSomethingElseIsRefused() {
        assertThatIllegalStateException().isThrownBy(() -> reply.integer(1)).withMessageContaining("element 1");
        assertThatIllegalStateException().isThrownBy(() -> reply.integer(2)).withMessageContaining("element 2");
        assertThatIllegalStateException().isThrownBy(() -> reply.text(0)).withMessageContaining("element 0");
        assertThatIllegalStateException().isThrownBy(() -> reply.text(2));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> reply.integer(4));
    }

    @Test
    void anArrayInsideTheArrayIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisReply.of(List.of(List.of(1L))))
                .withMessageStartingWith("an element of a reply must be a Long, a byte[] or null");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
