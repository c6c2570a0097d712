package dev.pawl.idgen.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ApiKeysTest {

    @Test
    void aNewKeyIsKnownByTheHashPrintedBesideIt() {
        List<String> lines = ApiKeys.newKey();
        String key = lines.get(0).substring("key:    ".length());
        byte[] hash = HexFormat.of().parseHex(lines.get(1).substring("sha256: ".length()));
        ApiKeys keys = new ApiKeys(List.of(
                new Key("zero", new byte[32], Set.of(), Names.ALL, Optional.empty()),
                new Key("ours", hash, Set.of(), Names.ALL, Optional.empty())));
        assertThat(keys.find(ApiKeys.hash(key))).map(Key::name).contains("ours");
        assertThat(keys.find(ApiKeys.hash(key + "x"))).isEmpty();
        assertThat(keys.find(ApiKeys.hash(""))).isEmpty();
        assertThat(ApiKeys.newKey()).isNotEqualTo(lines);
    }

    @Test
    void withoutKeysNoneIsDemanded() {
        assertThat(new ApiKeys(List.of()).demanded()).isFalse();
        assertThat(new ApiKeys(List.of(TestService.key("a", Set.of()))).demanded())
                .isTrue();
    }

    @Test
    void hashesThatBeginAlikeAreToldApart() {
        byte[] other = ApiKeys.hash("a");
        other[31] ^= 1;
        ApiKeys keys = new ApiKeys(List.of(
                new Key("other", other.clone(), Set.of(), Names.ALL, Optional.empty()),
                new Key("a", ApiKeys.hash("a"), Set.of(), Names.ALL, Optional.empty())));
        assertThat(keys.find(ApiKeys.hash("a"))).map(Key::name).contains("a");
        assertThat(keys.find(other)).map(Key::name).contains("other");
        other[31] ^= 2;
        assertThat(keys.find(other)).isEmpty();
    }
}
