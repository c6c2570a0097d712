package dev.pawl.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

@RedisServer(settings = {"appendonly yes", "appendfsync always", "maxmemory-policy noeviction"})
final class RedisProcessIT {

    private final RedisProcess server;
    private final String key;

    RedisProcessIT(RedisProcess server) {
        this.server = server;
        this.key = server.newPrefix();
    }

    @Test
    void theServerHasTheSettingsAskedFor() throws IOException {
        assertThat(server.ask("CONFIG", "GET", "appendfsync")).isEqualTo(List.of("appendfsync", "always"));
        assertThat(server.ask("LRANGE", key, "0", "-1")).isEqualTo(List.of());
        assertThat(server.ask("GET", key)).isNull();
        assertThatIOException().isThrownBy(() -> server.ask("NO-SUCH-COMMAND")).withMessageStartingWith("ERR unknown");
    }

    @Test
    void whatIsOnDiskSurvivesAKillAndAStop() throws Exception {
        server.ask("SET", key, "42");
        long first = server.pid();
        server.kill();
        assertThat(Commands.isAlive(first)).isFalse();
        assertThatIOException().isThrownBy(() -> server.ask("PING"));
        server.start();
        assertThat(server.pid()).isNotEqualTo(first);
        assertThat(server.ask("GET", key)).isEqualTo("42");
        server.stop();
        server.start();
        assertThat(server.ask("GET", key)).isEqualTo("42");
        server.kill();
        server.startEmpty();
        assertThat(server.ask("GET", key)).isNull();
    }

    @Test
    void aFlushDeletesEverything() throws IOException {
        server.ask("SET", key, "42");
        server.flushAll();
        assertThat(server.ask("DBSIZE")).isEqualTo(0L);
    }

    @Test
    void aPausedServerIsSilentUntilItGoesOn() throws Exception {
        CompletableFuture<Object> reply;
        server.pause();
        try {
            reply = CompletableFuture.supplyAsync(() -> {
                try {
                    return String.valueOf(server.ask("PING"));
                } catch (SocketTimeoutException e) {
                    return "silence";
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            assertThat(reply.completeOnTimeout("silence", 300, TimeUnit.MILLISECONDS)
                            .get(5, TimeUnit.SECONDS))
                    .isEqualTo("silence");
        } finally {
            server.resume();
        }
        assertThat(server.ask("PING")).isEqualTo("PONG");
    }

    @Test
    void aServerOfItsOwnStartsWithoutDataAndEndsWhenClosed() throws Exception {
        long pid;
        try (RedisProcess own = RedisProcess.create()) {
            pid = own.pid();
            own.ask("SET", "x", "1");
            own.stop();
            own.start();
            assertThat(own.ask("GET", "x")).isNull();
            pid = own.pid();
        }
        long ended = pid;
        Commands.waitUntil(Duration.ofSeconds(5), () -> !Commands.isAlive(ended));
    }

    @Test
    void aServerHasItsEnvironmentInEachOfItsLives() throws Exception {
        // Redis writes over its own environment; what the loader has made of it stays to be seen.
        Path library = Path.of(System.getProperty("java.home"), "lib", "libjli.so");
        try (RedisProcess own = RedisProcess.create(Map.of("LD_PRELOAD", library.toString()))) {
            assertThat(maps(own)).contains("libjli.so");
            own.stop();
            own.start();
            assertThat(maps(own)).contains("libjli.so");
        }
    }

    private static String maps(RedisProcess own) throws IOException {
        return Files.readString(Path.of("/proc", Long.toString(own.pid()), "maps"));
    }

    @Test
    void aServerThatCannotStartSaysWhy() {
        assertThatIOException()
                .isThrownBy(() -> RedisProcess.create("no-such-directive yes"))
                .withMessageContaining("no-such-directive");
    }
}
