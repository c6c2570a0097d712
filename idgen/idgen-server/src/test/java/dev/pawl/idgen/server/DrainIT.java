package dev.pawl.idgen.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ConnectException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DrainIT {

    @Test
    void readinessGoesDownWhileIdsAreStillServed() {
        try (TestService service = TestService.start()) {
            service.server.drain();
            assertThat(service.rest.get("/readyz").problem()).isEqualTo("draining");
            assertThat(service.rest.get("/livez").status()).isEqualTo(200);
            service.rest.requireGoesOn();
        }
    }

    @Test
    void anOpenRequestIsFinishedAndTheGeneratorsAreClosedAfterIt() throws Exception {
        TestService service = TestService.start();
        CompletableFuture<Void> gate = service.orders.block();
        try (RawHttp raw = new RawHttp(service.port())) {
            raw.send("GET /v1/generators/orders/ids/next HTTP/1.1\r\nHost: x\r\n\r\n");
            awaitStall(service);
            CompletableFuture<Void> closing = CompletableFuture.runAsync(service::close);
            awaitRefusal(service.port());
            assertThat(service.orders.closed()).isFalse();
            assertThat(closing).isNotDone();
            gate.complete(null);
            assertThat(raw.untilClosed()).startsWith("HTTP/1.1 200").contains("{\"id\":\"");
            closing.get(10, TimeUnit.SECONDS);
        }
        assertThat(service.orders.closed()).isTrue();
    }

    @Test
    void aRequestThatDoesNotFinishHoldsTheStopUpNoLongerThanTold() throws Exception {
        TestService service =
                TestService.withTimeouts(Duration.ofSeconds(60), Duration.ofSeconds(10), Duration.ofSeconds(1));
        service.orders.block();
        try (RawHttp raw = new RawHttp(service.port())) {
            raw.send("GET /v1/generators/orders/ids/next HTTP/1.1\r\nHost: x\r\n\r\n");
            awaitStall(service);
            CompletableFuture.runAsync(service::close).get(10, TimeUnit.SECONDS);
        }
        assertThat(service.orders.closed()).isTrue();
    }

    private static void awaitStall(TestService service) {
        while (service.server.generators().find("orders").orElseThrow().stalls.sum() == 0) {
            Thread.onSpinWait();
        }
    }

    private static void awaitRefusal(int port) throws Exception {
        assertThatThrownBy(() -> {
                    while (true) {
                        new Socket("127.0.0.1", port).close();
                    }
                })
                .isInstanceOf(ConnectException.class);
    }
}
