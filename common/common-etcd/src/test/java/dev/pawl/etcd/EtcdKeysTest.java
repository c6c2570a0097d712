package dev.pawl.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

final class EtcdKeysTest {

    private final EtcdKeys keys = new EtcdKeys("shop");

    @Test
    void namesAreEncodedAndReadBack() {
        assertThat(keys.key("lock", "invoice-7")).isEqualTo("shop/lock/invoice-7");
        assertThat(keys.key("lock", "a/b%é\u0000")).isEqualTo("shop/lock/a%2Fb%25%C3%A9%00");
        for (String name : List.of("a", "a/b", "%2F", "..", "//", "\u0000\n", "😀", "x".repeat(512))) {
            assertThat(keys.name("lock", keys.key("lock", name))).contains(name);
            assertThat(keys.name("lock", keys.key("lock", name) + "/w/1")).contains(name);
        }
        assertThat(new EtcdKeys("a/b").key("c", "d")).isNotEqualTo(new EtcdKeys("a").key("b", "c/d"));
    }

    @Test
    void whatIsNotOfTheKindHasNoName() {
        assertThat(keys.name("lock", "shop/locks/a")).isEmpty();
        assertThat(keys.name("lock", "other/lock/a")).isEmpty();
        assertThat(keys.name("lock", "shop/lock/")).isEmpty();
        assertThat(keys.name("lock", "shop/lock/%zz")).isEmpty();
    }

    @Test
    void whatIsNotWrittenAsAKeyIsWrittenHasNoName() {
        for (String strange : List.of("%61", "a%2f", "%C3", "x".repeat(513), "a b", "é")) {
            assertThat(keys.name("lock", "shop/lock/" + strange)).as(strange).isEmpty();
        }
    }

    @Test
    void aRangeEndsBehindItsPrefix() {
        assertThat(EtcdKeys.end("shop/lock/a/").toStringUtf8()).isEqualTo("shop/lock/a0");
    }

    @Test
    void namesOutOfRangeAreRefused() {
        for (String name : List.of("", "x".repeat(513), "\ud800")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> keys.key("lock", name))
                    .withMessageStartingWith("name must have");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new EtcdKeys(""))
                .withMessageStartingWith("namespace must have");
    }
}
