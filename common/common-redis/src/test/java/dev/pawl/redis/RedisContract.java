package dev.pawl.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.servers.Commands;
import dev.pawl.servers.RedisProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every client owes the port, over every kind of Redis. */
public abstract class RedisContract {

    /** Long enough for a loaded machine, short enough to be waited for. */
    protected static final Duration TIMEOUT = Duration.ofMillis(700);

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    protected static final RedisScript ECHO = RedisScript.of(RedisContract.class, "echo.lua");
    protected static final RedisScript INCREMENT =
            new RedisScript("increment.lua", "return {redis.call('INCR', KEYS[1])}");
    private static final RedisScript SET = new RedisScript("set.lua", "redis.call('SET', KEYS[1], ARGV[1]) return {}");
    private static final RedisScript GET = new RedisScript("get.lua", "return {redis.call('GET', KEYS[1])}");

    protected Redis redis;
    protected RedisKeys keys;

    /** Opens a port to the servers. */
    protected abstract Redis open(Duration timeout);

    protected abstract List<RedisProcess> masters() throws IOException;

    protected abstract RedisProcess masterOf(String key) throws IOException;

    /** Runs again what a test has stopped. */
    protected abstract void repair() throws Exception;

    @BeforeEach
    final void openPort() throws Exception {
        repair();
        redis = open(TIMEOUT);
        keys = new RedisKeys(masters().get(0).newPrefix());
    }

    @AfterEach
    final void closePort() throws Exception {
        redis.close();
        repair();
    }

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
        assertThat(valueOf(key)).as("each of the 10 applied once or not at all").isBetween(2L, 12L);
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
    void aSubscriptionHearsWhatIsPublishedAfterItsConfirmation() throws Exception {
        Heard first = new Heard();
        Heard second = new Heard();
        String channel = keys.key("x", "channel");
        Subscription one = get(redis.subscribe(channel, first));
        Subscription two = get(redis.subscribe(channel, second));
        get(redis.subscribe(keys.key("x", "other"), new Heard()));
        assertThat(one.channel()).isEqualTo(channel);
        byte[] any = {0, -1, 13, 10};
        publish(channel, "a");
        first.await("a");
        second.await("a");
        RedisScript publish = script("return {redis.call('PUBLISH', ARGV[1], ARGV[2])}");
        get(redis.eval(publish, List.of(channel), List.of(bytes(channel), any)));
        first.await(new String(any, StandardCharsets.ISO_8859_1));

        one.close();
        one.close();
        publish(channel, "b");
        second.await("b");
        assertThat(first.messages).doesNotContain("b");
        two.close();
        awaitNoSubscriberOf(channel);
        Subscription again = get(redis.subscribe(channel, first));
        publish(channel, "c");
        first.await("c");
        assertThat(second.messages).doesNotContain("c");
        again.close();
        assertThat(first.resubscribed).isZero();
    }

    @Test
    void aListenerThatThrowsDisturbsNobody() throws Exception {
        String channel = keys.key("x", "channel");
        Heard heard = new Heard();
        get(redis.subscribe(channel, new RedisListener() {
            @Override
            public void onMessage(byte[] message) {
                throw new IllegalStateException("planted");
            }

            @Override
            public void onResubscribed() {}
        }));
        get(redis.subscribe(channel, heard));
        publish(channel, "a");
        publish(channel, "b");
        heard.await("a");
        heard.await("b");
    }

    @Test
    void aSubscriptionIsRenewedAfterItsConnectionWasCut() throws Exception {
        String channel = keys.key("x", "channel");
        Heard heard = new Heard();
        get(redis.subscribe(channel, heard));
        for (int cut = 1; cut <= 3; cut++) {
            for (RedisProcess master : masters()) {
                master.ask("CLIENT", "KILL", "TYPE", "pubsub");
            }
            int cuts = cut;
            Commands.waitUntil(PATIENCE, () -> heard.resubscribed >= cuts);
            publish(channel, "after " + cut);
            heard.await("after " + cut);
        }
        assertThat(heard.resubscribed).isEqualTo(3);
    }

    @Test
    void aClosedPortRefusesAndEndsWhatWasUnderWay() throws Exception {
        String key = keys.key("x", "a");
        increment(key);
        RedisProcess master = masterOf(key);
        master.pause();
        CompletionStage<RedisReply> underWay;
        try {
            underWay = redis.eval(INCREMENT, List.of(key), List.of());
            redis.close();
            assertThat(failure(underWay).outcome()).isEqualTo(Outcome.UNKNOWN);
        } finally {
            master.resume();
        }
        redis.close();
        assertThat(failure(redis.eval(INCREMENT, List.of(key), List.of())).outcome())
                .isEqualTo(Outcome.NOT_APPLIED);
        assertThat(failure(redis.evalOnEveryMaster(script("return 1"), List.of()))
                        .outcome())
                .isEqualTo(Outcome.NOT_APPLIED);
        assertThat(failure(redis.subscribe("x", new Heard())).outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(failure(redis.scan("x"))).isNotNull();
    }

    @Test
    void aClosedPortHearsNothing() throws Exception {
        String channel = keys.key("x", "channel");
        Heard heard = new Heard();
        get(redis.subscribe(channel, heard));
        redis.close();
        awaitNoSubscriberOf(channel);
        publish(channel, "a");
        assertThat(heard.messages).isEmpty();
    }

    /** What a listener was told. */
    public static final class Heard implements RedisListener {

        final List<String> messages = new java.util.concurrent.CopyOnWriteArrayList<>();
        volatile int resubscribed;

        @Override
        public void onMessage(byte[] message) {
            messages.add(new String(message, StandardCharsets.ISO_8859_1));
        }

        @Override
        public synchronized void onResubscribed() {
            resubscribed++;
        }

        public void await(String message) throws Exception {
            Commands.waitUntil(PATIENCE, () -> messages.contains(message));
        }

        public void awaitResubscribed() throws Exception {
            Commands.waitUntil(PATIENCE, () -> resubscribed > 0);
        }
    }

    protected final void publish(String channel, String message) throws IOException {
        masters().get(0).ask("PUBLISH", channel, message);
    }

    protected final long increment(String key) throws Exception {
        return get(redis.eval(INCREMENT, List.of(key), List.of())).integer(0);
    }

    protected final long valueOf(String key) throws IOException {
        return Long.parseLong(String.valueOf(masterOf(key).ask("GET", key)));
    }

    /** Waits until a request succeeds again; each attempt ends. */
    protected final void awaitAnswer(String key) throws Exception {
        awaitAnswer(redis, key);
    }

    protected static void awaitAnswer(Redis redis, String key) throws Exception {
        Commands.waitUntil(PATIENCE, () -> failureOrNull(redis.eval(ECHO, List.of(key), List.of(bytes("x")))) == null);
    }

    protected static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    protected static BackendException failure(CompletionStage<?> stage) {
        try {
            Object value = stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            throw new AssertionError("no failure but " + value);
        } catch (ExecutionException e) {
            assertThat(e.getCause()).isInstanceOf(BackendException.class);
            return (BackendException) e.getCause();
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("the stage does not complete", e);
        }
    }

    protected static Outcome failureOrNull(CompletionStage<?> stage) {
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        stage.whenComplete((value, failure) ->
                outcome.complete(failure == null ? null : failure(stage).outcome()));
        try {
            return outcome.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("the stage does not complete", e);
        }
    }

    protected static RedisScript script(String text) {
        return new RedisScript("of this test", text);
    }

    protected static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private RedisReply run(String text) throws Exception {
        return get(redis.eval(script(text), List.of(keys.key("x", "a")), List.of()));
    }

    private BackendException failureOf(String text) {
        return failure(redis.eval(script(text), List.of(keys.key("x", "a")), List.of()));
    }

    private void awaitNoSubscriberOf(String channel) throws Exception {
        Commands.waitUntil(PATIENCE, () -> {
            for (RedisProcess master : masters()) {
                if (!List.of(channel, 0L).equals(master.ask("PUBSUB", "NUMSUB", channel))) {
                    return false;
                }
            }
            return true;
        });
    }
}
