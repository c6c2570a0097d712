package dev.pawl.redis.lettuce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.redis.Redis;
import dev.pawl.redis.RedisCall;
import dev.pawl.redis.RedisReply;
import dev.pawl.redis.SingleRedisContract;
import dev.pawl.servers.Commands;
import dev.pawl.servers.CuttingProxy;
import dev.pawl.servers.RedisProcess;
import dev.pawl.servers.RedisServer;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.protocol.ProtocolVersion;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

@RedisServer
final class LettuceRedisIT extends SingleRedisContract {

    private static final RedisClient CLIENT = RedisClient.create();

    LettuceRedisIT(RedisProcess server) {
        super(server);
    }

    @AfterAll
    static void end() {
        CLIENT.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }

    @Override
    protected Redis open(int port, Duration timeout) {
        return LettuceRedis.of(CLIENT, uri(port), timeout);
    }

    @Test
    void theApplicationsClientGoesOnAfterThePortWasClosed() {
        try (StatefulRedisConnection<String, String> before = CLIENT.connect(uri(server.port()))) {
            open(TIMEOUT).close();
            assertThat(before.sync().ping()).isEqualTo("PONG");
            try (StatefulRedisConnection<String, String> after = CLIENT.connect(uri(server.port()))) {
                assertThat(after.sync().ping()).isEqualTo("PONG");
            }
        }
    }

    @Test
    void withoutAConnectionARequestIsRefusedAtOnce() throws Exception {
        try (CuttingProxy proxy = CuttingProxy.to("127.0.0.1", server.port());
                Redis cut = open(proxy.port(), Duration.ofMinutes(1))) {
            String key = keys.key("x", "a");
            get(cut.eval(INCREMENT, List.of(key), List.of()));
            proxy.refuse(true);
            Commands.waitUntil(
                    Duration.ofSeconds(20),
                    () -> failureOrNull(cut.eval(INCREMENT, List.of(key), List.of())) == Outcome.NOT_APPLIED);
            for (int i = 0; i < 100; i++) {
                assertThat(failure(cut.eval(INCREMENT, List.of(key), List.of())).outcome())
                        .isEqualTo(Outcome.NOT_APPLIED);
            }
        }
    }

    @Test
    void aScriptIsChosenWhenItIsWrittenAndNotAtAllIfItsTimeIsOverBefore() throws Exception {
        String key = keys.key("x", "a");
        RedisCall call = new RedisCall(INCREMENT, List.of(key), List.of());
        AtomicInteger choices = new AtomicInteger();
        Supplier<RedisCall> choice = () -> {
            choices.incrementAndGet();
            return call;
        };
        try (Redis patient = open(server.port(), Duration.ofMinutes(1))) {
            CountDownLatch end = hold(patient, key);
            CompletionStage<RedisReply> late = patient.evalLate(choice);
            CompletionStage<RedisReply> next = patient.eval(INCREMENT, List.of(key), List.of());
            assertThat(choices).as("before it is written").hasValue(0);
            end.countDown();
            assertThat(get(late).integer(0)).isEqualTo(1);
            assertThat(get(next).integer(0)).isEqualTo(2);
            assertThat(choices).hasValue(1);
        }
        try (Redis hasty = open(server.port(), Duration.ofMillis(200))) {
            CountDownLatch end = hold(hasty, key);
            assertThat(failure(hasty.evalLate(choice)).outcome()).isEqualTo(Outcome.UNKNOWN);
            end.countDown();
            Commands.waitUntil(
                    Duration.ofSeconds(20),
                    () -> failureOrNull(hasty.eval(ECHO, List.of(key), List.of(bytes("x")))) == null);
            assertThat(choices).hasValue(1);
            assertThat(valueOf(key)).isEqualTo(2);
        }
    }

    /** Keeps the thread that writes busy until the latch is counted down. */
    private static CountDownLatch hold(Redis port, String key) throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        Thread caller = Thread.currentThread();
        while (true) {
            CompletableFuture<Boolean> held = new CompletableFuture<>();
            CompletionStage<RedisReply> answer = port.eval(ECHO, List.of(key), List.of(bytes("x")));
            answer.whenComplete((reply, failure) -> {
                boolean elsewhere = failure == null && Thread.currentThread() != caller;
                held.complete(elsewhere);
                try {
                    if (elsewhere) {
                        end.await();
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            if (get(held)) {
                return end;
            }
        }
    }

    @Test
    void aSubscriptionOfTheOlderProtocolIsRenewedAfterSilenceToo() throws Exception {
        RedisClient older = RedisClient.create();
        older.setOptions(
                ClientOptions.builder().protocolVersion(ProtocolVersion.RESP2).build());
        try (CuttingProxy proxy = CuttingProxy.to("127.0.0.1", server.port());
                Redis silent = LettuceRedis.of(older, uri(proxy.port()), TIMEOUT)) {
            Heard heard = new Heard();
            String channel = keys.key("x", "channel");
            get(silent.subscribe(channel, heard));
            proxy.swallow();
            heard.awaitResubscribed();
            publish(channel, "a");
            heard.await("a");
        } finally {
            older.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        }
    }

    @Test
    void aServerThatIsNotThereIsToldAtTheStart() throws Exception {
        int port;
        try (CuttingProxy gone = CuttingProxy.to("127.0.0.1", server.port())) {
            port = gone.port();
        }
        assertThatExceptionOfType(BackendException.class)
                .isThrownBy(() -> open(port, TIMEOUT))
                .satisfies(e -> assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED));
    }

    @Test
    void aTimeoutOutOfBoundsIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> open(server.port(), Duration.ZERO))
                .withMessage("timeout must be in [1 ms, 1 h]: timeout=PT0S");
    }

    private static RedisURI uri(int port) {
        return RedisURI.create("127.0.0.1", port);
    }
}
