package dev.pawl.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RedisKeysTest {

    private final RedisKeys keys = new RedisKeys("shop:eu");

    @ParameterizedTest
    @CsvSource({
        "invoice-7,   shop:eu:lock:{invoice-7}",
        "a.b_c:d,     shop:eu:lock:{a.b_c:d}",
        "a}b,         shop:eu:lock:{a%7Db}",
        "a/b,         shop:eu:lock:{a%2Fb}",
        "%7D,         shop:eu:lock:{%257D}",
        "ü,           shop:eu:lock:{%C3%BC}",
        "😀,          shop:eu:lock:{%F0%9F%98%80}",
    })
    void aNameIsOneHashTag(String name, String key) {
        assertThat(keys.key("lock", name)).isEqualTo(key);
        assertThat(keys.key("lock", name, "queue")).isEqualTo(key + ":queue");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a", " ", "\0", "\n", "}", "{}", "%", "%7D", "ü", "u\u0308", "😀", "..", "//", "*?[a]\\", "a:b"})
    void aKeyTellsItsName(String name) {
        assertThat(keys.name("lock", keys.key("lock", name))).contains(name);
        assertThat(keys.name("lock", keys.key("lock", name, "queue"))).contains(name);
    }

    @Test
    void twoNamesNeverShareAKey() {
        Set<String> seen = new HashSet<>();
        String letters = "a%7D}{:ü\0";
        for (int i = 0; i < letters.length(); i++) {
            for (int j = 0; j < letters.length(); j++) {
                for (int k = 0; k < letters.length(); k++) {
                    String name = "" + letters.charAt(i) + letters.charAt(j) + letters.charAt(k);
                    assertThat(seen.add(keys.key("lock", name))).as(name).isTrue();
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "shop:eu:lock:{}",
                "shop:eu:lock:{a",
                "shop:eu:lock:a",
                "shop:lock:{a}",
                "shop:eu:lock:{%zz}",
                "shop:eu:lock:{%7}",
                "shop:eu:lock:{%ff}",
                "shop:eu:lock:{%2f}",
                "shop:eu:lock:{/}",
                ""
            })
    void aKeyThatIsNotOfTheKindHasNoName(String key) {
        assertThat(keys.name("lock", key)).isEmpty();
    }

    @Test
    void namesHave1To512BytesOfUtf8() {
        assertThat(keys.key("lock", "ü".repeat(256))).hasSize("shop:eu:lock:{}".length() + 512 * 3);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> keys.key("lock", "ü".repeat(256) + "a"))
                .withMessageStartingWith("name must have 1 to 512 bytes of UTF-8: bytes=513, name=ü");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> keys.key("lock", ""))
                .withMessage("name must have 1 to 512 bytes of UTF-8: bytes=0, name=");
    }

    @Test
    void aLoneSurrogateIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> keys.key("lock", "a\ud83d"))
                .withMessage("name must have no lone surrogate: name=a\ud83d");
        assertThatIllegalArgumentException().isThrownBy(() -> keys.key("lock", "\ude00a"));
    }

    @Test
    void aNamespaceIsWrittenAsANameIs() {
        assertThat(new RedisKeys("a{b}").key("lock", "x")).isEqualTo("a%7Bb%7D:lock:{x}");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RedisKeys(""))
                .withMessage("namespace must have 1 to 512 bytes of UTF-8: bytes=0, namespace=");
        assertThatIllegalArgumentException().isThrownBy(() -> new RedisKeys("\ud83d"));
    }

    @Test
    void aKindOfOtherLettersIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> keys.key("lock:a", "x"))
                .withMessage("kind must be of a-z and -: kind=lock:a");
        assertThatIllegalArgumentException().isThrownBy(() -> keys.key("lock", "x", "}"));
    }

    @Test
    void nothingInAPatternIsSpecialButItsEnd() {
        assertThat(RedisKeys.pattern("a*b?[c]\\^-{")).isEqualTo("a\\*b\\?\\[c\\]\\\\\\^\\-{*");
        assertThat(keys.prefix("lock")).isEqualTo("shop:eu:lock:{");
    }
}
