package dev.pawl.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RedisFailuresTest {

    private static final String LINE = " script: 59857e18905fed74e1a01e95b944e5c009077e07, on @user_script:1.";
    private static final String LINE_OF_6 =
            "ERR Error running script (call to f_59857e18905fed74e1a01e95b944e5c009077e07): @user_script:1: ";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NOSCRIPT No matching script. Please use EVAL.",
                "MOVED 3999 127.0.0.1:6381",
                "LOADING Redis is loading the dataset in memory",
                "NOAUTH Authentication required.",
                "ERR Error compiling script (new function): user_script:1: '=' expected near 'x'",
                "PAWL-FORMAT written by a newer version",
                "OOM command not allowed when used memory > 'maxmemory'." + LINE,
                "READONLY You can't write against a read only replica." + LINE,
                "MISCONF Redis is configured to save RDB snapshots" + LINE,
                "NOREPLICAS Not enough good replicas to write." + LINE,
                LINE_OF_6 + "@user_script: 1: -OOM command not allowed when used memory > 'maxmemory'.",
                LINE_OF_6 + "@user_script: 1: -READONLY You can't write against a read only replica.",
            })
    void anErrorThatComesBeforeTheFirstWriteWasNotApplied(String error) {
        assertThat(RedisFailures.refused("acquire.lua", error, null).outcome()).isEqualTo(Outcome.NOT_APPLIED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "WRONGTYPE Operation against a key holding the wrong kind of value" + LINE,
                "ERR user_script:1: attempt to perform arithmetic on a nil value" + LINE,
                "ERR a text with OOM in it" + LINE,
                LINE_OF_6 + "WRONGTYPE Operation against a key holding the wrong kind of value",
            })
    void anErrorRaisedInsideAScriptMayComeAfterAWrite(String error) {
        assertThat(RedisFailures.refused("acquire.lua", error, null).outcome()).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void theCodeOfARefusalIsItsFirstWord() {
        BackendException refused = RedisFailures.refused("a.lua+b.lua", "TRYAGAIN Multiple keys: some", null);
        assertThat(RedisFailures.code(refused)).contains("TRYAGAIN");
        assertThat(RedisFailures.code(new CompletionException(refused))).contains("TRYAGAIN");
        assertThat(RedisFailures.code(RedisFailures.notSent("a.lua: TRYAGAIN", null)))
                .isEmpty();
        assertThat(RedisFailures.code(new IllegalStateException("Redis refused a.lua: ASK 1")))
                .isEmpty();
    }

    @Test
    void aFailureSaysWhatWasAsked() {
        Throwable cause = new IllegalStateException("the client's");

        BackendException notSent = RedisFailures.notSent("acquire.lua", cause);
        assertThat(notSent).hasMessageContaining("acquire.lua").hasCause(cause);
        assertThat(notSent.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        BackendException notAnswered = RedisFailures.notAnswered("acquire.lua", cause);
        assertThat(notAnswered).hasMessageContaining("acquire.lua").hasCause(cause);
        assertThat(notAnswered.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(RedisFailures.refused("acquire.lua", "ERR x", null)).hasMessage("Redis refused acquire.lua: ERR x");
    }
}
