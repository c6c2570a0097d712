package dev.pawl.benchmarks.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientIdsTest {

    @Test
    void aLineIsRead() {
        ClientIds.Taken taken = ClientIds.Taken.parse("100000000 ids, 2000000000 ns, 10 requests\n");

        assertThat(taken).isEqualTo(new ClientIds.Taken(100_000_000, 2_000_000_000, 10));
        assertThat(taken.perSecond()).isEqualTo(50e6);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "100 ids, 100 ns, 0 requests", "100 ids, -1 ns, 1 requests"})
    void aRunThatShowsNothingOfTheServiceIsRefused(String line) {
        assertThatIllegalStateException().isThrownBy(() -> ClientIds.Taken.parse(line));
    }
}
