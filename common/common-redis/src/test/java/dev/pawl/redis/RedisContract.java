package dev.pawl.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.servers.Commands;
import dev.pawl.servers.RedisProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What every client owes the port, over every kind of Redis. */
public abstract class RedisContract extends RedisMessagesContract {

    private static final RedisScript SET = new RedisScript("set.lua", "redis.call('SET', KEYS[1], ARGV[1]) return {}");

    private static final RedisScript GET = new RedisScript("get.lua", "return {redis.call('GET', KEYS[1])}");

    @Test
    void aScriptReturnsIntegersStringsAndAbsentValues() throws Exception {
        byte[] any = {0, 1, -1, 13, 10, -128};
        String key = keys.key("x", "a b\n}ü");
        for (int run = 0; run < 2; run++) {
            RedisReply reply = get(redis.eval(ECHO, List.of(key), List.of(any)));
            assertThat(reply.size()).isEqualTo(4);
            assertThat(reply.text(0)).isEqualTo(key);
            assertThat(reply.bytes(1)).isEqualTo(any);
            assertThat(reply.integer(2)).isEqualTo(7);
            assertThat(reply.isAbsent(3)).isTrue();
        }
    }

    @Test
    void everyKindOfReplyIsReadOrRefused() throws Exception {
        assertThat(run("return {}").size()).isZero();
        assertThat(run("return false").isAbsent(0)).isTrue();
        assertThat(run("return 5").integer(0)).isEqualTo(5);
        assertThat(run("return 'x'").text(0)).isEqualTo("x");
        assertThat(run("return redis.status_reply('FINE')").text(0)).isEqualTo("FINE");
        assertThat(run("return {1, nil, 3}").size()).isEqualTo(1);
        assertThat(run("return {'9007199254740993', -1, ''}")).hasToString("[9007199254740993, -1, ]");
        assertThat(failure(redis.eval(script("return {1, {2}}"), List.of(keys.key("x", "a")), List.of()))
                        .outcome())
                .isEqualTo(Outcome.UNKNOWN);
        assertThat(run("return {1}").integer(0))
                .as("the connection is still good")
                .isEqualTo(1);
    }

    @Test
    void aScriptThatTheServersHaveForgottenIsSentAgain() throws Exception {
        String key = keys.key("x", "a");
        for (long n = 1; n <= 3; n++) {
            assertThat(increment(key)).isEqualTo(n);
            for (RedisProcess master : masters()) {
                master.ask("SCRIPT", "FLUSH");
            }
        }
    }

    @Test
    void aScriptThatIsChosenLateRunsAsAnyOther() throws Exception {
        String key = keys.key("x", "a");
        for (long n = 1; n <= 3; n++) {
            AtomicInteger choices = new AtomicInteger();
            CompletionStage<RedisReply> reply = redis.evalLate(() -> {
                choices.incrementAndGet();
                return new RedisCall(INCREMENT, List.of(key), List.of());
            });
            assertThat(get(reply).integer(0)).isEqualTo(n);
            assertThat(choices).hasValue(1);
            for (RedisProcess master : masters()) {
                master.ask("SCRIPT", "FLUSH");
            }
        }
        RedisScript refusing = script("return redis.error_reply('PAWL not now')");
        assertThat(failure(redis.evalLate(() -> new RedisCall(refusing, List.of(key), List.of()))))
                .hasMessageContaining("PAWL not now")
                .extracting(BackendException::outcome)
                .isEqualTo(Outcome.NOT_APPLIED);
        redis.close();
        assertThat(failure(redis.evalLate(() -> new RedisCall(INCREMENT, List.of(key), List.of())))
                        .outcome())
                .isEqualTo(Outcome.NOT_APPLIED);
    }

    @Test
    void aValueMayHaveAMebibyte() throws Exception {
        byte[] large = new byte[1 << 20];
        for (int i = 0; i < large.length; i++) {
            large[i] = (byte) (i * 31);
        }
        String key = keys.key("x", "large");
        get(redis.eval(SET, List.of(key), List.of(large)));
        assertThat(get(redis.eval(GET, List.of(key), List.of())).bytes(0)).isEqualTo(large);
    }

    @Test
    void namesOfAnyTextAreKeysOfTheirOwn() throws Exception {
        List<String> names = List.of("a", "a}", "{a", "%7D", "ü", "u\u0308", "😀", "\0", " ", "*", "x".repeat(512));
        for (String name : names) {
            get(redis.eval(SET, List.of(keys.key("x", name)), List.of(bytes(name))));
        }
        for (String name : names) {
            String key = keys.key("x", name);
            assertThat(get(redis.eval(GET, List.of(key), List.of())).text(0)).isEqualTo(name);
            assertThat(masterOf(key).ask("GET", key)).isEqualTo(name);
            RedisReply both = get(redis.eval(
                    script("return {redis.call('EXISTS', KEYS[1], KEYS[2])}"),
                    List.of(key, keys.key("x", name, "part")),
                    List.of()));
            assertThat(both.integer(0)).as("keys of one name are in one slot").isEqualTo(1);
        }
    }

    @Test
    void anErrorSaysWhetherTheScriptMayHaveWritten() {
        String write = "redis.call('SET', KEYS[1], 'x') ";
        assertThat(failureOf("return redis.error_reply('PAWL not now')"))
                .hasMessageContaining("PAWL not now")
                .extracting(BackendException::outcome)
                .isEqualTo(Outcome.NOT_APPLIED);
        assertThat(failureOf("this is no Lua").outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(failureOf(write + "return redis.call('LPUSH', KEYS[1], 'y')").outcome())
                .isEqualTo(Outcome.UNKNOWN);
        assertThat(failureOf(write + "error('oh')").outcome()).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void aServerWithoutMemoryRefusesBeforeItWrites() throws Exception {
        String key = keys.key("x", "a");
        increment(key);
        RedisProcess master = masterOf(key);
        master.ask("CONFIG", "SET", "maxmemory", "1");
        try {
            assertThat(failure(redis.eval(SET, List.of(key), List.of(bytes("x"))))
                            .outcome())
                    .isEqualTo(Outcome.NOT_APPLIED);
        } finally {
            master.ask("CONFIG", "SET", "maxmemory", "0");
        }
        assertThat(increment(key)).isEqualTo(2);
    }

    @Test
    void aScriptWithoutKeysIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> redis.eval(ECHO, List.of(), List.of()))
                .withMessage("keys must not be empty: script=echo.lua");
    }

    @Test
    void everyMasterRunsAScriptOnce() throws Exception {
        RedisScript count = script("return {redis.call('INFO', 'server')}");
        for (int run = 0; run < 2; run++) {
            List<RedisReply> replies = get(redis.evalOnEveryMaster(count, List.of()));
            List<String> ports = new ArrayList<>();
            for (RedisReply reply : replies) {
                ports.add(reply.text(0).replaceAll("(?s).*tcp_port:(\\d+).*", "$1"));
            }
            assertThat(ports)
                    .containsExactlyInAnyOrderElementsOf(masters().stream()
                            .map(m -> Integer.toString(m.port()))
                            .toList());
        }
        Outcome refused = failure(redis.evalOnEveryMaster(script("return redis.error_reply('NO')"), List.of()))
                .outcome();
        if (masters().size() == 1) {
            assertThat(refused).isEqualTo(Outcome.NOT_APPLIED);
        }
    }

    @Test
    void aScanFindsEachKeyOnce() throws Exception {
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 1500; i++) { // more than a page
            made.add(keys.key("x", "name " + i));
        }
        for (int i = 0; i < made.size(); i += 50) {
            List<CompletionStage<RedisReply>> writes = new ArrayList<>();
            for (String key : made.subList(i, i + 50)) {
                writes.add(redis.eval(SET, List.of(key), List.of(bytes("v"))));
            }
            for (CompletionStage<RedisReply> write : writes) {
                get(write);
            }
        }
        get(redis.eval(SET, List.of(keys.key("y", "name 1")), List.of(bytes("v"))));
        assertThat(get(redis.scan(keys.prefix("x")))).containsExactlyInAnyOrderElementsOf(made);
        assertThat(get(redis.scan(keys.prefix("x") + "*"))).isEmpty();
        assertThat(get(redis.scan(keys.prefix("z")))).isEmpty();
    }

    @Test
    void aSilentServerEndsARequestAsUnknown() throws Exception {
        String key = keys.key("x", "a");
        increment(key);
        awaitReplicas();
        RedisProcess master = masterOf(key);
        master.pause();
        List<CompletionStage<RedisReply>> calls = new ArrayList<>();
        try {
            for (int i = 0; i < 10; i++) {
                calls.add(redis.eval(INCREMENT, List.of(key), List.of()));
            }
            assertThat(failure(calls.get(0)).outcome()).isEqualTo(Outcome.UNKNOWN);
            for (CompletionStage<RedisReply> call : calls) {
                assertThat(failure(call)).isNotNull(); // for want of a connection it may say more
            }
        } finally {
            master.resume();
        }
        awaitAnswer(key);
        assertThat(valueOf(key)).as("each of the 10 applied once or not at all").isBetween(1L, 11L);
    }

    @Test
    void aKilledServerLeavesNoStageBehindAndIsFoundAgain() throws Exception {
        String key = keys.key("x", "a");
        increment(key);
        RedisProcess master = masterOf(key);
        master.kill();
        List<CompletionStage<RedisReply>> calls = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            calls.add(redis.eval(INCREMENT, List.of(key), List.of()));
        }
        for (CompletionStage<RedisReply> call : calls) {
            assertThat(failure(call)).isNotNull();
        }
        Commands.waitUntil(
                PATIENCE, () -> failureOrNull(redis.eval(INCREMENT, List.of(key), List.of())) == Outcome.NOT_APPLIED);
        repair();
        awaitAnswer(key);
    }

    @Test
    void aClosedPortRefusesAndEndsWhatWasUnderWay() throws Exception {
        String key = keys.key("x", "a");
        Redis patient = open(Duration.ofMinutes(1));
        get(patient.eval(INCREMENT, List.of(key), List.of()));
        RedisProcess master = masterOf(key);
        master.pause();
        try {
            CompletionStage<RedisReply> underWay = patient.eval(INCREMENT, List.of(key), List.of());
            patient.close();
            assertThat(failure(underWay).outcome()).isEqualTo(Outcome.UNKNOWN);
        } finally {
            master.resume();
        }
        patient.close();
        redis.close();
        assertThat(failure(redis.eval(INCREMENT, List.of(key), List.of())).outcome())
                .isEqualTo(Outcome.NOT_APPLIED);
        assertThat(failure(redis.evalOnEveryMaster(script("return 1"), List.of()))
                        .outcome())
                .isEqualTo(Outcome.NOT_APPLIED);
        assertThat(failure(redis.subscribe("x", new Heard())).outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(failure(redis.scan("x"))).isNotNull();
    }

    private RedisReply run(String text) throws Exception {
        return get(redis.eval(script(text), List.of(keys.key("x", "a")), List.of()));
    }

    private BackendException failureOf(String text) {
        return failure(redis.eval(script(text), List.of(keys.key("x", "a")), List.of()));
    }
}
