package dev.pawl.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.common.BackendException.Outcome;
import dev.pawl.servers.CuttingProxy;
import dev.pawl.servers.RedisProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** The contract over one Redis, with a network between that fails. */
public abstract class SingleRedisContract extends RedisContract {

    protected final RedisProcess server;

    protected SingleRedisContract(RedisProcess server) {
        this.server = server;
    }

    /** Opens a port to what listens on a port of loopback. */
    protected abstract Redis open(int port, Duration timeout);

    @Override
    protected final Redis open(Duration timeout) {
        return open(server.port(), timeout);
    }

    @Override
    protected final List<RedisProcess> masters() {
        return List.of(server);
    }

    @Override
    protected final RedisProcess masterOf(String key) {
        return server;
    }

    @Override
    protected final void repair() throws Exception {
        server.ensureRunning();
    }

    @Test
    void aRequestWhoseReplyWasLostIsUnknownAndWasAppliedOnce() throws Exception {
        try (CuttingProxy proxy = CuttingProxy.to("127.0.0.1", server.port());
                Redis cut = open(proxy.port(), TIMEOUT)) {
            String key = keys.key("x", "a");
            get(cut.eval(INCREMENT, List.of(key), List.of()));
            for (int lost = 1; lost <= 5; lost++) {
                proxy.cutReplyTo(INCREMENT.sha1());
                assertThat(failure(cut.eval(INCREMENT, List.of(key), List.of())).outcome())
                        .isEqualTo(Outcome.UNKNOWN);
                assertThat(proxy.repliesLost()).isEqualTo(lost);
                awaitAnswer(cut, key); // by now a repetition would have been sent
                assertThat(valueOf(key)).isEqualTo(1 + lost);
            }
        }
    }

    @Test
    void manyRequestsOnAConnectionThatIsCutAreEachAppliedOnceOrNot() throws Exception {
        try (CuttingProxy proxy = CuttingProxy.to("127.0.0.1", server.port());
                Redis cut = open(proxy.port(), TIMEOUT)) {
            String key = keys.key("x", "a");
            get(cut.eval(INCREMENT, List.of(key), List.of()));
            long succeeded = 1;
            long unknown = 0;
            for (int round = 0; round < 20; round++) {
                List<CompletionStage<RedisReply>> calls = new ArrayList<>();
                for (int i = 0; i < 200; i++) {
                    calls.add(cut.eval(INCREMENT, List.of(key), List.of()));
                    if (i == 100) {
                        proxy.cutAll();
                    }
                }
                for (CompletionStage<RedisReply> call : calls) {
                    Outcome outcome = failureOrNull(call);
                    succeeded += outcome == null ? 1 : 0;
                    unknown += outcome == Outcome.UNKNOWN ? 1 : 0;
                }
                awaitAnswer(cut, key);
            }
            assertThat(unknown).as("the cuts met requests under way").isPositive();
            assertThat(valueOf(key)).isBetween(succeeded, succeeded + unknown);
        }
    }

    @Test
    void aRequestWithoutAConnectionIsNotSentLater() throws Exception {
        try (CuttingProxy proxy = CuttingProxy.to("127.0.0.1", server.port());
                Redis cut = open(proxy.port(), TIMEOUT)) {
            String key = keys.key("x", "a");
            get(cut.eval(INCREMENT, List.of(key), List.of()));
            proxy.refuse(true);
            assertThat(failure(cut.eval(INCREMENT, List.of(key), List.of()))).isNotNull();
            long before = valueOf(key);
            for (int i = 0; i < 20; i++) {
                assertThat(failure(cut.eval(INCREMENT, List.of(key), List.of())))
                        .isNotNull();
            }
            proxy.refuse(false);
            awaitAnswer(cut, key);
            assertThat(valueOf(key)).isEqualTo(before);
        }
    }

    @Test
    void aConnectionThatStaysSilentIsMadeAnew() throws Exception {
        try (CuttingProxy proxy = CuttingProxy.to("127.0.0.1", server.port());
                Redis cut = open(proxy.port(), TIMEOUT)) {
            String key = keys.key("x", "a");
            String channel = keys.key("x", "channel");
            Heard heard = new Heard();
            get(cut.subscribe(channel, heard));
            get(cut.eval(INCREMENT, List.of(key), List.of()));
            proxy.swallow();
            assertThat(failure(cut.eval(INCREMENT, List.of(key), List.of())).outcome())
                    .isEqualTo(Outcome.UNKNOWN);
            awaitAnswer(cut, key);
            heard.awaitResubscribed();
            publish(channel, "a");
            heard.await("a");
        }
    }

    @Test
    void aSlowNetworkWithinTheTimeoutIsNoFailure() throws Exception {
        try (CuttingProxy proxy = CuttingProxy.to("127.0.0.1", server.port());
                Redis slow = open(proxy.port(), Duration.ofSeconds(5))) {
            String key = keys.key("x", "a");
            proxy.delay(Duration.ofMillis(100));
            assertThat(get(slow.eval(INCREMENT, List.of(key), List.of())).integer(0))
                    .isEqualTo(1);
        }
    }

    @Test
    void theTimeoutHoldsForBothTriesOfAScriptThatTheServerDoesNotKnow() throws Exception {
        try (CuttingProxy proxy = CuttingProxy.to("127.0.0.1", server.port());
                Redis slow = open(proxy.port(), Duration.ofSeconds(2))) {
            String key = keys.key("x", "a");
            get(slow.eval(INCREMENT, List.of(key), List.of()));
            proxy.delay(Duration.ofMillis(800));
            assertThat(failure(slow.eval(script("return {'" + key + "'}"), List.of(key), List.of()))
                            .outcome())
                    .isEqualTo(Outcome.UNKNOWN);
        }
    }
}
