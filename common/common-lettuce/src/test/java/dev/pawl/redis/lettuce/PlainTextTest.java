package dev.pawl.redis.lettuce;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisURI;
import org.junit.jupiter.api.Test;

final class PlainTextTest {

    @Test
    void anotherHostWithoutTlsIsNamed() {
        assertThat(PlainText.hostsInPlainText(RedisURI.create("redis://db.example:6379")))
                .containsExactly("db.example");
        assertThat(PlainText.hostsInPlainText(RedisURI.create("rediss://db.example:6379")))
                .isEmpty();
    }

    @Test
    void thisHostIsNot() {
        for (String host : new String[] {"localhost", "127.0.0.1", "127.1.2.3", "[::1]"}) {
            assertThat(PlainText.hostsInPlainText(RedisURI.create("redis://" + host + ":6379")))
                    .as(host)
                    .isEmpty();
        }
        assertThat(PlainText.hostsInPlainText(
                        RedisURI.Builder.socket("/run/redis.sock").build()))
                .isEmpty();
    }

    @Test
    void sentinelsAreLookedAtOneByOne() {
        RedisURI uri = RedisURI.Builder.sentinel("one.example", "master")
                .withSentinel("127.0.0.1", 26379)
                .withSentinel("two.example", 26379)
                .build();
        assertThat(PlainText.hostsInPlainText(uri)).containsExactly("one.example", "two.example");
    }
}
