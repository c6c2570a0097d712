package dev.pawl.idgen.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpHandler;
import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.common.Ticker;
import dev.pawl.idgen.Guarantee.Level;
import dev.pawl.idgen.segment.SegmentGenerator;
import dev.pawl.idgen.spi.Reservation;
import dev.pawl.idgen.spi.Reservation.Range;
import dev.pawl.idgen.spi.SegmentTag;
import dev.pawl.idgen.store.InMemorySegmentStore;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What goes over the wire, against an HTTP server of the JDK. */
class IdServiceClientIT {

    private static final String KEY = "keyThatNobodyMaySee";
    private static final Duration SHORT = Duration.ofMillis(300);

    private final InMemorySegmentStore store = new InMemorySegmentStore();
    private final CountDownLatch end = new CountDownLatch(1);
    private FakeIdService service;
    private IdServiceClient client;

    @BeforeEach
    void start() throws IOException {
        Calls.result(store.create(SegmentTag.of("orders")));
        service = FakeIdService.over(store);
        client = IdServiceClient.builder(service.uri())
                .apiKey(KEY)
                .attemptTimeout(Duration.ofSeconds(10))
                .build();
    }

    @AfterEach
    void stop() {
        end.countDown();
        client.close();
        service.close();
    }

    @Test
    void aCallCarriesKeyDeadlineAndTypeOnOneConnection() {
        for (int i = 0; i < 10; i++) {
            Calls.result(client.reserve("orders", 10));
        }

        assertThat(service.requests).hasSize(10).allSatisfy(request -> {
            assertThat(request.method()).isEqualTo("POST");
            assertThat(request.header("Authorization")).isEqualTo("Bearer " + KEY);
            assertThat(request.header("Pawl-timeout")).isEqualTo("10000");
            assertThat(request.header("Content-type")).isEqualTo("application/json");
        });
        assertThat(service.connections).hasSize(1);
    }

    @Test
    void aRedirectIsNotFollowedAndTheKeyGoesNowhereElse() throws IOException {
        try (FakeIdService elsewhere = FakeIdService.over(store)) {
            service.instead = exchange -> {
                exchange.getResponseHeaders().set("Location", elsewhere.uri() + "/v1/tags/orders/segments");
                FakeIdService.answer(exchange, 307, "text/plain", "");
            };

            BackendException failure = Calls.failure(client.reserve("orders", 10));

            assertThat(failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
            assertThat(failure).hasMessageContaining("status=307");
            assertThat(elsewhere.requests).isEmpty();
        }
    }

    @Test
    void levelAndPauseAreReadFromTheHeaders() {
        service.instead = exchange -> {
            exchange.getResponseHeaders().set("Pawl-Guarantee", "best_effort");
            exchange.getResponseHeaders().set("Retry-After", "300");
            FakeIdService.problem(exchange, 429, "too-many-requests", "");
        };
        Calls.failure(client.reserve("orders", 10));

        assertThat(client.guarantee().level()).isEqualTo(Level.BEST_EFFORT);
        assertThat(Calls.failure(client.reserve("orders", 10))).hasMessageContaining("asked for a pause");
        assertThat(service.requests).hasSize(1);
    }

    @Test
    void anAnswerThatIsTooLongIsBrokenOff() {
        service.instead = exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(201, 0);
            byte[] some = new byte[4096];
            for (int i = 0; i < 1_000_000; i++) {
                exchange.getResponseBody().write(some);
            }
        };

        BackendException failure = Calls.failure(client.reserve("orders", 10));

        assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(failure).hasStackTraceContaining("at most " + HttpWire.MOST_BYTES + " bytes");
    }

    @Test
    void anAttemptEndsInTimeWhereverTheServiceHangs() {
        HttpHandler beforeTheHead = exchange -> await(end);
        HttpHandler withinTheBody = exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(201, 100);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            await(end);
        };
        try (IdServiceClient hurried =
                IdServiceClient.builder(service.uri()).attemptTimeout(SHORT).build()) {
            for (HttpHandler hangs : List.of(beforeTheHead, withinTheBody)) {
                service.instead = hangs;
                long startNanos = Ticker.system().nanos();

                BackendException failure = Calls.failure(hurried.reserve("orders", 10));

                assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
                assertThat(Ticker.system().nanos() - startNanos)
                        .isBetween(SHORT.toNanos(), SHORT.plusSeconds(5).toNanos());
            }
        }
    }

    @Test
    void aServiceThatIsNotThereIsLeftForTheNext() throws IOException {
        URI gone = service.uri();
        service.close();
        try (FakeIdService other = FakeIdService.over(store);
                IdServiceClient two =
                        IdServiceClient.builder(gone, other.uri()).apiKey(KEY).build()) {
            assertThat(Calls.result(two.reserve("orders", 10))).isInstanceOf(Range.class);
            assertThat(Calls.result(two.reserve("orders", 10))).isInstanceOf(Range.class);
            assertThat(two.stats()).isEqualTo(new ClientStats(3, 1, 0));
        }
        assertThat(Calls.failure(client.reserve("orders", 10)).outcome()).isEqualTo(Outcome.NOT_APPLIED);
    }

    @Test
    void theKeyIsInNoMessageAndNoText() {
        List<Throwable> failures = new ArrayList<>();
        String asToken = "{\"tag\":" + KEY + "}";
        String twice = "{\"" + KEY + "\":1,\"" + KEY + "\":1}";
        for (String echoed : List.of(asToken, twice)) {
            service.instead = exchange -> FakeIdService.answer(exchange, 201, "application/json", echoed);
            failures.add(Calls.failure(client.reserve("a" + failures.size(), 10)));
        }
        service.instead =
                exchange -> FakeIdService.problem(exchange, 401, "unauthorized", ",\"detail\":\"" + KEY + "\"");
        failures.add(Calls.failure(client.reserve("b", 10)));
        service.instead = exchange -> exchange.close();
        failures.add(Calls.failure(client.reserve("c", 10)));
        service.close();
        failures.add(Calls.failure(client.reserve("d", 10)));

        for (Throwable failure : failures) {
            for (Throwable at = failure; at != null; at = at.getCause()) {
                assertThat(at.toString()).doesNotContain(KEY);
            }
        }
        assertThat(client.toString()).contains(service.uri().toString()).doesNotContain(KEY);
        assertThat(IdServiceClient.builder(service.uri()).apiKey(KEY).toString())
                .doesNotContain(KEY);
        assertThat(client.guarantee().toString()).doesNotContain(KEY);
    }

    @Test
    @SuppressWarnings("try") // it is closed early
    void closeEndsWhatIsUnderWay() {
        service.instead = exchange -> await(end);
        try (IdServiceClient patient = IdServiceClient.builder(service.uri())
                .attemptTimeout(Duration.ofSeconds(10))
                .build()) {
            CompletionStage<Reservation> call = patient.reserve("orders", 10);
            long startNanos = Ticker.system().nanos();

            patient.close();

            assertThat(Calls.failure(call).outcome()).isEqualTo(Outcome.UNKNOWN);
            assertThat(Ticker.system().nanos() - startNanos).isLessThan(TimeUnit.SECONDS.toNanos(8));
        }
    }

    @Test
    void idsGoOnWhileTheServiceIsAwayAndAfterItIsBack() throws IOException {
        URI address = service.uri();
        try (SegmentGenerator ids = client.generator("orders")
                .floor(10_000)
                .maxWait(Duration.ofSeconds(20))
                .build()) {
            long last = ids.nextId();
            service.close();
            for (int i = 0; i < 9_000; i++) {
                long id = ids.nextId();
                assertThat(id).isGreaterThan(last);
                last = id;
            }
            service = FakeIdService.at(address, store);
            for (int i = 0; i < 30_000; i++) {
                long id = ids.nextId();
                assertThat(id).isGreaterThan(last);
                last = id;
            }
        }
    }

    @Test
    void aGeneratorThatIsClosedGivesItsRestBack() {
        try (SegmentGenerator ids = client.generator("orders").build()) {
            assertThat(ids.nextId()).isEqualTo(1);
        }

        assertThat(Calls.result(client.reserve("orders", 1)))
                .extracting("first")
                .isEqualTo(2L);
        assertThat(service.requests)
                .extracting(FakeIdService.Request::method)
                .containsExactly("POST", "DELETE", "POST");
    }

    @Test
    void anUnknownTagIsSaidToTheCaller() {
        try (SegmentGenerator ids = client.generator("nobody-made-it").build()) {
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(ids::nextId)
                    .withMessageContaining("nobody-made-it");
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
