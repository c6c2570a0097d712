package dev.pawl.fencing.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.fencing.FenceGuard;
import dev.pawl.fencing.FenceMarks;
import dev.pawl.fencing.FencingToken;
import dev.pawl.fencing.StaleTokenException;
import dev.pawl.redis.Redis;
import dev.pawl.redis.RedisKeys;
import dev.pawl.redis.RedisReply;
import dev.pawl.redis.RedisScript;
import dev.pawl.testkit.FenceGuardTck;
import dev.pawl.testkit.FencedNumber;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

/** The kit on Redis: a number beside its guard, written by a script behind the check. */
abstract class RedisFenceGuardContract extends FenceGuardTck {

    private static final FencedScript SET = FencedScript.of(RedisScript.of(RedisFenceGuardContract.class, "set.lua"));
    private static final RedisScript GET = RedisScript.of(RedisFenceGuardContract.class, "get.lua");
    private static final RedisScript HSET = RedisScript.of(RedisFenceGuardContract.class, "hset.lua");

    private final RedisKeys keys = new RedisKeys("test-" + UUID.randomUUID());

    abstract Redis redis();

    @Override
    protected final FencedNumber open(String resource) {
        return new RedisNumber(redis(), guard(resource), keys.key("number", resource));
    }

    private RedisFenceGuard guard(String resource) {
        return RedisFenceGuard.of(redis(), resource, keys.key("fence", resource));
    }

    @Test
    void theEffectFindsItsOwnKeysAndArguments() {
        RedisFenceGuard guard = guard("own");
        FencingToken token = FencingToken.exclusive("a/b/c", 1);
        guard.enter(token);
        List<String> key = List.of(keys.key("number", "own"));
        RedisReply first = guard.eval(token, SET, key, List.of(utf8("7")));
        assertThat(first.isAbsent(0)).isTrue();
        assertThat(List.of(first.integer(1), first.integer(2))).containsExactly(1L, 1L);
        assertThat(guard.eval(token, SET, key, List.of(utf8("8"))).text(0)).isEqualTo("7");
        // Again, by its digest and with other numbers of arguments.
        assertThat(guard.eval(token, SET, List.of(key.get(0), key.get(0)), List.of(utf8("9"), utf8("x"), utf8("y")))
                        .integer(2))
                .isEqualTo(3);
    }

    @Test
    void stagesFailWithWhatTheCallsThrow() {
        RedisFenceGuard guard = guard("stages");
        await(guard.enterAsync(FencingToken.exclusive("a/b/c", 2)));
        assertThat(guard.enterAsync(FencingToken.exclusive("a/b/c", 1)))
                .failsWithin(10, TimeUnit.SECONDS)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(StaleTokenException.class);
        assertThat(guard.evalAsync(
                        FencingToken.exclusive("a/b/c", 1),
                        SET,
                        List.of(keys.key("number", "stages")),
                        List.of(utf8("1"))))
                .failsWithin(10, TimeUnit.SECONDS)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(StaleTokenException.class);
    }

    @Test
    void aNewerFormatIsRefusedAndLeftAlone() {
        RedisFenceGuard guard = guard("newer");
        FencingToken token = FencingToken.exclusive("a/b/c", 1);
        guard.enter(token);
        setVersion("newer", "2");
        for (Runnable call :
                List.<Runnable>of(() -> guard.enter(token), () -> guard.check(token), () -> guard.reset("a/b/c", 1))) {
            assertThatExceptionOfType(BackendException.class)
                    .isThrownBy(call::run)
                    .withMessageStartingWith("format version of the marks must be 1: ")
                    .satisfies(e -> assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED));
        }
        setVersion("newer", "1");
        guard.check(token);
    }

    /** The scripts are a second text of the rules: this holds them against the first. */
    @Test
    void scriptsDecideAsTheMarksDo() {
        for (int seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            RedisFenceGuard guard = guard("model-" + seed);
            FenceMarks marks = FenceMarks.NONE;
            for (int step = 0; step < 25; step++) {
                FencingToken token = anyToken(random);
                FenceMarks before = marks;
                String text = "seed " + seed + ", " + token + " at " + before;
                if (random.nextInt(12) == 0) {
                    marks = FenceMarks.set("a", 1 + random.nextInt(20));
                    guard.reset("a", marks.floor());
                } else if (random.nextBoolean()) {
                    assertThat(outcome(() -> guard.check(token)))
                            .as(text)
                            .isEqualTo(outcome(() -> before.check(guard.resource(), token)));
                } else {
                    String expected = outcome(() -> before.enter(guard.resource(), token));
                    assertThat(outcome(() -> guard.enter(token))).as(text).isEqualTo(expected);
                    marks = expected.equals("passes") ? before.enter(guard.resource(), token) : before;
                }
            }
        }
    }

    private static String outcome(Runnable call) {
        try {
            call.run();
            return "passes";
        } catch (RuntimeException e) {
            return e.toString();
        }
    }

    private static FencingToken anyToken(Random random) {
        long base = random.nextInt(4) == 0 ? 0 : 1L << 53;
        long value = base + 1 + random.nextInt(20);
        String issuer = random.nextInt(15) == 0 ? "b" : "a";
        return switch (random.nextInt(3)) {
            case 0 -> FencingToken.exclusive(issuer, value);
            case 1 -> FencingToken.read(issuer, value);
            default -> FencingToken.permit(issuer, value, Math.max(1, value - random.nextInt(10)));
        };
    }

    private void setVersion(String resource, String version) {
        await(redis().eval(HSET, List.of(keys.key("fence", resource)), List.of(utf8(version))));
    }

    static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private record RedisNumber(Redis redis, RedisFenceGuard redisGuard, String key) implements FencedNumber {

        @Override
        public FenceGuard guard() {
            return redisGuard;
        }

        @Override
        public long read() {
            RedisReply reply = await(redis.eval(GET, List.of(key), List.of()));
            return reply.isAbsent(0) ? 0 : reply.integer(0);
        }

        /** The new number is made out of Redis: the script behind the check only writes it. */
        @Override
        public void update(FencingToken token, LongUnaryOperator change) {
            redisGuard.eval(token, SET, List.of(key), List.of(utf8(Long.toString(change.applyAsLong(read())))));
        }

        @Override
        public void reset(String issuer, long floor) {
            redisGuard.reset(issuer, floor);
        }
    }
}
