package dev.pawl.idgen.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.idgen.codec.IdCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EncodingConfigTest {

    private static final String KEY = "8f3a5ee53da4abf0a0a7a09d3bb0bd43";

    @TempDir
    Path directory;

    private IdCodec codec(String encoding) throws IOException {
        return codec("segment", encoding, Map.of());
    }

    private IdCodec codec(String kind, String encoding, Map<String, String> environment) throws IOException {
        String yaml = "pawl: {built-in: false, generators: {g: {kind: " + kind + ", encoding: " + encoding + "}}}";
        Files.writeString(directory.resolve("pawl.yaml"), yaml);
        Files.writeString(directory.resolve("good.key"), "  " + KEY + "\n");
        Files.writeString(directory.resolve("bad.key"), KEY + "z");
        return ConfigLoader.load(Optional.empty(), environment, directory)
                .generators()
                .get(0)
                .encoding()
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{alphabet: decimal}|42",
                "{alphabet: decimal, width: 6}|000042",
                "{alphabet: base36, prefix: A.}|A.16",
                "{alphabet: base62, width: 5}|0000g",
                "{alphabet: crockford32, width: 4, check: true, prefix: x-}|x-001A5"
            })
    void everyPartOfAnEncodingIsRead(String encoding, String text) throws IOException {
        assertThat(codec(encoding).encode(42)).isEqualTo(text);
        assertThat(codec(encoding).decode(text)).isEqualTo(42);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{alphabet: decimal, permutation: {domain: 10^6, key: \"" + KEY + "\"}}|999999",
                "{alphabet: decimal, permutation: {domain: 2^53, key-file: good.key}}|9007199254740991",
                "{alphabet: decimal, permutation: {domain: 2^63, key: \"" + KEY + "\"}}|9223372036854775807",
                "{alphabet: decimal, permutation: {domain: 10^7, current: 3, keys: {3: {key-file: good.key}}}}|999999"
            })
    void everyDomainHasItsGreatestId(String encoding, long most) throws IOException {
        IdCodec codec = codec(encoding);
        assertThat(codec.maxId()).isEqualTo(most);
        assertThat(codec.decode(codec.encode(most))).isEqualTo(most);
        assertThat(codec.encode(1)).isNotEqualTo("1");
    }

    @Test
    void aKeyMayComeFromTheEnvironment() throws IOException {
        IdCodec codec = codec(
                "segment",
                "{alphabet: decimal, permutation: {domain: 10^6}}",
                Map.of("PAWL_GENERATORS_G_ENCODING_PERMUTATION_KEY", KEY));
        assertThat(codec.encode(1))
                .isEqualTo(codec("{alphabet: decimal, permutation: {domain: 10^6, key: \"" + KEY + "\"}}")
                        .encode(1));
    }

    @Test
    void withoutAnEncodingThereIsNone() throws IOException {
        Files.writeString(directory.resolve("pawl.yaml"), "pawl: {generators: {g: {kind: segment}}}");
        assertThat(ConfigLoader.load(Optional.empty(), Map.of(), directory).generators())
                .allSatisfy(generator -> assertThat(generator.encoding()).isEmpty());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{width: 5}|alphabet must be given",
                "{alphabet: hex}|alphabet must be one of",
                "{alphabet: decimal, width: 0}|width must be in [1, 19]: width=0",
                "{alphabet: decimal, width: 20}|width must be in [1, 19]: width=20",
                "{alphabet: decimal, prefix: a/b}|prefix must be 1 to 32 characters of A-Z a-z 0-9 . _ ~ -",
                "{alphabet: decimal, prefix: 'a\"b'}|prefix must be 1 to 32 characters",
                "{alphabet: decimal, check: maybe}|check must be true or false",
                "{alphabet: decimal, colour: red}|the key is not known",
                "{alphabet: base62}|an encoding must not give the text next",
                "{alphabet: base62, width: 4}|an encoding must not give the text next",
                "{alphabet: decimal, permutation: {domain: 10^6}}|one of key and key-file must be given",
                "{alphabet: decimal, permutation: {domain: 10^5, key: \"" + KEY
                        + "\"}}|domain must be 10^6 to 10^18, 2^53",
                "{alphabet: decimal, permutation: {domain: 10^19, key: \"" + KEY + "\"}}|domain must be",
                "{alphabet: decimal, permutation: {key: \"" + KEY + "\"}}|domain must be given",
                "{alphabet: decimal, permutation: {domain: 10^6, key: \"" + KEY
                        + "\", key-file: good.key}}|one of key and key-file",
                "{alphabet: decimal, permutation: {domain: 10^6, key: \"" + KEY
                        + "0\"}}|32 or 64 hexadecimal digits: length=33",
                "{alphabet: decimal, permutation: {domain: 10^6, key-file: bad.key}}|32 or 64 hexadecimal digits: length=33",
                "{alphabet: decimal, permutation: {domain: 10^6, key-file: none.key}}|must be a readable file",
                "{alphabet: decimal, permutation: {domain: 10^6, current: 1, key: \"" + KEY
                        + "\"}}|only versioned keys have a current",
                "{alphabet: decimal, permutation: {domain: 10^7, keys: {1: {key: \"" + KEY
                        + "\"}}}}|current must be given",
                "{alphabet: decimal, permutation: {domain: 10^7, current: 2, keys: {1: {key: \"" + KEY
                        + "\"}}}}|current must be the version of a key",
                "{alphabet: decimal, permutation: {domain: 2^53, current: 1, keys: {1: {key: \"" + KEY
                        + "\"}}}}|versioned keys need a domain of 10^7",
                "{alphabet: decimal, permutation: {domain: 10^7, current: 1, key-file: good.key, keys: {1: {key: \""
                        + KEY + "\"}}}}|exclude each other",
                "{alphabet: decimal, width: 5, permutation: {domain: 10^6, key: \"" + KEY
                        + "\"}}|the mapping must stay within the codec's ids"
            })
    void aWrongEncodingIsRefusedWithoutItsKey(String encoding, String rule) {
        assertThatThrownBy(() -> codec(encoding))
                .isInstanceOf(StartException.class)
                .hasMessageContaining(rule)
                .message()
                .doesNotContain(KEY.substring(0, 8));
    }

    @Test
    void idsMustHaveTexts() {
        assertThatThrownBy(() -> codec("snowflake", "{alphabet: decimal, width: 12}", Map.of()))
                .hasMessageContaining("encoding has texts up to 999999999999 and the layout's greatest id");
        assertThatThrownBy(() -> codec("segment, max-id: 1000", "{alphabet: decimal, width: 3}", Map.of()))
                .hasMessageContaining("encoding has texts up to 999 and max-id");
    }

    @Test
    void aMistakeInTheFileIsToldWithoutTheLine() {
        for (String broken : new String[] {
            "pawl:\n  store: {password: " + KEY + "\n  x: [}\n",
            "pawl:\n  a: " + KEY + "\n  a: " + KEY + "\n",
            "pawl:\n  key: '" + KEY + "\n"
        }) {
            assertThatThrownBy(() -> {
                        Files.writeString(directory.resolve("pawl.yaml"), broken);
                        ConfigLoader.load(Optional.empty(), Map.of(), directory);
                    })
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("must be YAML, every key once: file=")
                    .hasMessageContaining(", line=")
                    .message()
                    .doesNotContain(KEY.substring(0, 8));
        }
    }
}
