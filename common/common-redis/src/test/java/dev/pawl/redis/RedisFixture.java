package dev.pawl.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.servers.Commands;
import dev.pawl.servers.RedisProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The port before a test's servers, and what the tests of a port need. */
abstract class RedisFixture {

    /** Long enough for a loaded machine, short enough to be waited for. */
    protected static final Duration TIMEOUT = Duration.ofMillis(700);

    static final Duration PATIENCE = Duration.ofSeconds(20);

    protected static final RedisScript ECHO = RedisScript.of(RedisContract.class, "echo.lua");

    protected static final RedisScript INCREMENT =
            new RedisScript("increment.lua", "return {redis.call('INCR', KEYS[1])}");

    protected Redis redis;

    protected RedisKeys keys;

    /** Opens a port to the servers. */
    protected abstract Redis open(Duration timeout);

    protected abstract List<RedisProcess> masters() throws IOException;

    protected abstract RedisProcess masterOf(String key) throws IOException;

    /** Runs again what a test has stopped. */
    protected abstract void repair() throws Exception;

    /** Waits until replicas have what the master has, where one may take its place. */
    protected void awaitReplicas() throws Exception {}

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
}
