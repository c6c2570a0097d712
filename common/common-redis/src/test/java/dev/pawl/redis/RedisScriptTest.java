package dev.pawl.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

final class RedisScriptTest {

    @Test
    void aScriptIsLoadedFromBesideItsClass() {
        RedisScript script = RedisScript.of(RedisScriptTest.class, "echo.lua");

        assertThat(script.name()).isEqualTo("echo.lua");
        assertThat(script.text()).endsWith("return {KEYS[1], ARGV[1], 7, false}\n");
    }

    @Test
    void theDigestIsTheOneThatRedisComputes() {
        assertThat(new RedisScript("one", "return 1").sha1()).isEqualTo("e0e1f9fabfc9d4800c877a703b823ac0578ff8db");
        assertThat(new RedisScript("umlaut", "return 'ü'").sha1())
                .isEqualTo("6525d79efad372e76e479c926e4deabde9e8b86a");
    }

    @Test
    void aScriptThatIsMissingIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisScript.of(RedisScriptTest.class, "gone.lua"))
                .withMessage("script must lie beside dev.pawl.redis.RedisScriptTest: resource=gone.lua");
    }

    @Test
    void oneScriptFollowsAnother() {
        RedisScript echo = RedisScript.of(getClass(), "echo.lua");
        RedisScript twice = echo.followedBy(echo);
        assertThat(twice.name()).isEqualTo("echo.lua+echo.lua");
        assertThat(twice.text()).isEqualTo(echo.text() + "\n" + echo.text());
        assertThat(twice.sha1()).isNotEqualTo(echo.sha1()).hasSize(40);
    }
}
