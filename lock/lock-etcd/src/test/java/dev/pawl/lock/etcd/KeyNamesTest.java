package dev.pawl.lock.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class KeyNamesTest {

    private final KeyNames names = new KeyNames("s-1");

    @Test
    void noTwoHaveOneName() {
        assertThat(names.take("a/w/")).isEqualTo("a/w/s-1.0");
        assertThat(names.take("a/w/")).isEqualTo("a/w/s-1.1");
        assertThat(names.take("a/r/")).isEqualTo("a/r/s-1.0");
        assertThat(names.take("b.0/w/")).isEqualTo("b.0/w/s-1.0");
    }

    @Test
    void theLeastFreeNameIsUsedAgain() {
        for (int i = 0; i < 3; i++) {
            names.take("a/w/");
        }
        names.giveBack("a/w/s-1.1");
        names.giveBack("a/w/s-1.0");
        assertThat(names.take("a/w/")).isEqualTo("a/w/s-1.0");
        assertThat(names.take("a/w/")).isEqualTo("a/w/s-1.1");
        assertThat(names.take("a/w/")).isEqualTo("a/w/s-1.3");
    }

    @Test
    void aNameIsGivenBackOnceAllAreFreeAndLater() {
        names.giveBack(names.take("a/w/"));
        assertThat(names.take("a/w/")).isEqualTo("a/w/s-1.0");
        assertThat(names.take("a/w/")).isEqualTo("a/w/s-1.1");
    }
}
