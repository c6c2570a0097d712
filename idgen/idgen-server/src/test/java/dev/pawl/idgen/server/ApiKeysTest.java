package dev.pawl.idgen.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class ApiKeysTest {

    @Test
    void aNewKeyIsKnownByTheHashPrintedBesideIt() {
        List<String> lines = ApiKeys.newKey();
        String key = lines.get(0).substring("key:    ".length());
        byte[] hash = HexFormat.of().parseHex(lines.get(1).substring("sha256: ".length()));
        ApiKeys keys = new ApiKeys(List.of(new byte[32], hash));
        assertThat(keys.contains(key)).isTrue();
        assertThat(keys.contains(key + "x")).isFalse();
        assertThat(keys.contains("")).isFalse();
        assertThat(ApiKeys.newKey()).isNotEqualTo(lines);
    }

    @Test
    void withoutKeysNoneIsDemanded() {
        assertThat(new ApiKeys(List.of()).demanded()).isFalse();
        assertThat(new ApiKeys(List.of(new byte[32])).demanded()).isTrue();
    }
}
