package dev.pawl.idgen.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.common.Deadline;
import dev.pawl.common.Ticker;
import dev.pawl.idgen.Guarantee;
import dev.pawl.idgen.layout.IdLayout;
import dev.pawl.idgen.server.Rest.Answer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContractIT {

    private static final String NEXT = "/v1/generators/orders/ids/next";
    private static final String IDS = "/v1/generators/orders/ids";

    private static TestService service;
    private static Rest rest;

    @BeforeAll
    static void start() {
        service = TestService.start();
        rest = service.rest;
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @Test
    void oneIdIsJsonUnlessAskedForOtherwise() {
        service.orders.from(41);
        Answer plain = rest.get(NEXT);
        assertThat(plain.status()).isEqualTo(200);
        assertThat(plain.text()).isEqualTo("{\"id\":\"41\"}");
        assertThat(plain.header("content-type")).isEqualTo("application/json");
        assertThat(plain.header("cache-control")).isEqualTo("no-store");
        assertThat(plain.header("x-content-type-options")).isEqualTo("nosniff");
        assertThat(rest.get(NEXT, "Accept", "*/*").text()).isEqualTo("{\"id\":\"42\"}");
        Answer text = rest.get(NEXT, "Accept", "text/plain");
        assertThat(text.text()).isEqualTo("43");
        assertThat(text.header("content-type")).startsWith("text/plain");
        assertThat(rest.get(NEXT, "Accept", "application/x-ndjson").text()).isEqualTo("{\"id\":\"44\"}\n");
        assertThat(ByteBuffer.wrap(rest.get(NEXT, "Accept", "application/octet-stream")
                                .response()
                                .body())
                        .getLong())
                .isEqualTo(45);
    }

    @Test
    void aBatchIsGivenInEveryForm() {
        service.orders.from(99_999_999);
        Answer json = rest.postJson(IDS, "{\"count\":3}");
        assertThat(json.status()).isEqualTo(201);
        assertThat(json.text()).isEqualTo("{\"ids\":[\"99999999\",\"100000000\",\"100000001\"]}");
        assertThat(json.header("cache-control")).isEqualTo("no-store");
        assertThat(rest.postJson(IDS, "{\"count\":2}", "Accept", "text/plain").text())
                .isEqualTo("100000002\n100000003\n");
        assertThat(rest.postJson(IDS, "{\"count\":1}", "Accept", "application/x-ndjson")
                        .text())
                .isEqualTo("{\"id\":\"100000004\"}\n");
        ByteBuffer binary = ByteBuffer.wrap(rest.postJson(IDS, "{\"count\":2}", "Accept", "application/octet-stream")
                .response()
                .body());
        assertThat(binary.getLong()).isEqualTo(100_000_005);
        assertThat(binary.getLong()).isEqualTo(100_000_006);
        assertThat(binary.hasRemaining()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"1", "1000", "1001", "4096", "100000"})
    void everyCountUpToTheLimitIsServed(int count) {
        service.orders.from(1_000_000_000_000L);
        for (int round = 0; round < 3; round++) {
            Answer text = rest.postJson(IDS, "{\"count\":" + count + "}", "Accept", "text/plain");
            String[] lines = text.text().split("\n");
            assertThat(lines).hasSize(count);
            long first = 1_000_000_000_000L + (long) round * count;
            assertThat(lines[0]).isEqualTo(Long.toString(first));
            assertThat(lines[count - 1]).isEqualTo(Long.toString(first + count - 1));
        }
    }

    @Test
    void numbersAreGivenWhileTheyAreExact() {
        service.orders.from(IdFormat.MAX_JSON_NUMBER);
        assertThat(rest.get(NEXT + "?format=number").text()).isEqualTo("{\"id\":9007199254740991}");
        assertThat(rest.get(NEXT + "?format=number").problem()).isEqualTo("not-acceptable");
        service.orders.from(IdFormat.MAX_JSON_NUMBER);
        assertThat(rest.postJson(IDS + "?format=number", "{\"count\":2}").problem())
                .isEqualTo("not-acceptable");
        service.orders.from(7);
        assertThat(rest.postJson(IDS + "?format=number", "{\"count\":2}").text())
                .isEqualTo("{\"ids\":[7,8]}");
        assertThat(rest.postJson(IDS + "?format=string", "{\"count\":2}").text())
                .isEqualTo("{\"ids\":[\"9\",\"10\"]}");
        assertThat(rest.get(NEXT + "?format=number", "Accept", "text/plain").problem())
                .isEqualTo("not-acceptable");
    }

    @Test
    void anIdIsTakenApartIntoFieldsAndInstant() {
        Instant before = Instant.now().minusSeconds(5);
        String id = rest.get("/v1/generators/snowflake/ids/next", "Accept", "text/plain")
                .text();
        Answer decoded = rest.get("/v1/generators/snowflake/ids/" + id);
        assertThat(decoded.status()).isEqualTo(200);
        var members = Rest.json(decoded.text());
        assertThat(members).containsEntry("id", id).containsEntry("workerId", "5");
        assertThat(Instant.parse(members.get("instant"))).isAfter(before);
        assertThat(decoded.text())
                .contains("\"fields\":{\"tick\":")
                .contains("\"worker\":5")
                .contains("\"sequence\":");
    }

    @Test
    void theBoundsOfAnIntervalAreItsLeastAndGreatestId() {
        Answer bounds =
                rest.get("/v1/generators/snowflake/bounds?from=2026-01-01T00:00:00Z&to=2026-01-01T00:00:00.001Z");
        var members = Rest.json(bounds.text());
        Instant from = Instant.parse("2026-01-01T00:00:00Z");
        assertThat(members)
                .containsEntry("min", Long.toString(IdLayout.SNOWFLAKE.minIdAt(from)))
                .containsEntry("max", Long.toString(IdLayout.SNOWFLAKE.maxIdAt(from.plusMillis(1))));
    }

    @Test
    void headTakesNoId() {
        service.orders.from(500);
        Answer head = rest.send("HEAD", NEXT, null, "Accept", "text/plain");
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.header("content-type")).startsWith("text/plain");
        assertThat(head.response().body()).isEmpty();
        assertThat(rest.get(NEXT, "Accept", "text/plain").text()).isEqualTo("500");
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/generators/orders/ids/next,'GET, HEAD, OPTIONS'",
        "/v1/generators/orders/ids,'OPTIONS, POST'",
        "/v1/generators/snowflake/ids/7,'GET, HEAD, OPTIONS'",
        "/livez,'GET, HEAD, OPTIONS'",
        "/,'GET, HEAD, OPTIONS'"
    })
    void optionsAndAWrongMethodSayWhatIsAllowed(String path, String allow) {
        Answer options = rest.send("OPTIONS", path, null);
        assertThat(options.status()).isEqualTo(204);
        assertThat(options.header("allow")).isEqualTo(allow);
        Answer wrong = rest.send("DELETE", path, null);
        assertThat(wrong.problem()).isEqualTo("method-not-allowed");
        assertThat(wrong.header("allow")).isEqualTo(allow);
        assertThat(rest.send("BREW", path, null).problem()).isEqualTo("not-implemented");
    }

    @Test
    void anIdThatIsNotAtHandFollowsWithoutHoldingOthersUp() throws Exception {
        CompletableFuture<Void> gate = service.orders.from(1).block();
        CompletableFuture<String> one =
                CompletableFuture.supplyAsync(() -> rest.get(NEXT).text());
        CompletableFuture<String> many = CompletableFuture.supplyAsync(
                () -> rest.postJson(IDS, "{\"count\":2}").text());
        for (int i = 0; i < 20; i++) {
            assertThat(rest.get("/v1/generators/snowflake/ids/next").status()).isEqualTo(200);
        }
        assertThat(one).isNotDone();
        assertThat(many).isNotDone();
        gate.complete(null);
        assertThat(one.get(5, TimeUnit.SECONDS)).startsWith("{\"id\":");
        assertThat(many.get(5, TimeUnit.SECONDS)).startsWith("{\"ids\":[");
    }

    @Test
    void batchesThatWaitSideBySideShareNothing() throws Exception {
        List<RawHttp> clients = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            clients.add(new RawHttp(service.port()));
        }
        String call = "POST " + IDS + " HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n{\"count\":7}";
        // Every event loop has served a batch of this size before.
        for (RawHttp client : clients) {
            assertThat(client.send(call).until("]}")).startsWith("HTTP/1.1 201");
        }
        CompletableFuture<Void> gate = service.orders.block();
        LongAdder stalls = service.server.generators().find("orders").orElseThrow().stalls;
        long before = stalls.sum();
        for (RawHttp client : clients) {
            client.send(call);
        }
        Deadline deadline = Deadline.after(Duration.ofSeconds(20), Ticker.system());
        while (stalls.sum() < before + 8) {
            assertThat(deadline.expired()).isFalse();
            Thread.onSpinWait();
        }
        gate.complete(null);
        List<String> ids = new ArrayList<>();
        for (RawHttp client : clients) {
            String answer = client.until("]}");
            ids.addAll(List.of(answer.substring(answer.indexOf('[') + 1, answer.indexOf(']'))
                    .split(",")));
            client.close();
        }
        assertThat(ids).hasSize(56).doesNotHaveDuplicates();
    }

    @Test
    void theMetersCountWhatWasAnswered() {
        double before = generated();
        rest.get(NEXT);
        rest.postJson(IDS, "{\"count\":10}");
        assertThat(generated()).isEqualTo(before + 11);
        String metrics = rest.get("/metrics").text();
        assertThat(metrics).contains("pawl_http_problems_total{type=\"unknown-generator\"}", "jvm_memory_used_bytes");
    }

    @Test
    void theGuaranteeThatIsMeteredIsTheOneOfNow() {
        assertThat(guarantees()).contains("level=\"ephemeral\"} 1.0", "level=\"best_effort\"} 0.0");
        service.orders.level = Guarantee.Level.BEST_EFFORT;
        try {
            assertThat(guarantees()).contains("level=\"ephemeral\"} 0.0", "level=\"best_effort\"} 1.0");
        } finally {
            service.orders.level = Guarantee.Level.EPHEMERAL;
        }
    }

    private static String guarantees() {
        return rest.get("/metrics")
                .text()
                .lines()
                .filter(line -> line.startsWith("pawl_id_guarantee{generator=\"orders\""))
                .collect(Collectors.joining("\n"));
    }

    private static double generated() {
        return rest.get("/metrics")
                .text()
                .lines()
                .filter(line -> line.startsWith("pawl_id_generated_total{generator=\"orders\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    @Test
    void thePageNamesTheCallsAndLoadsNothingFromElsewhere() {
        Answer page = rest.get("/");
        assertThat(page.header("content-type")).startsWith("text/html");
        assertThat(page.header("content-security-policy")).startsWith("default-src 'self'");
        assertThat(page.text())
                .contains("/v1/generators/orders/ids/next", "/openapi.yaml", "/metrics")
                .doesNotContain("style=", "http://", "https://")
                .doesNotContainPattern("<script(?! type=\"module\" src=\"/)")
                .doesNotContainPattern(" on[a-z]+=");
        assertThat(rest.get("/style.css").header("content-type")).startsWith("text/css");
    }

    @Test
    void aServiceWhoseGeneratorCannotGiveIsNotReadyButLives() {
        assertThat(rest.get("/readyz").status()).isEqualTo(200);
        service.orders.failWith(new IllegalStateException("told to"));
        try {
            Answer ready = rest.get("/readyz");
            assertThat(ready.status()).isEqualTo(503);
            assertThat(ready.problem()).isEqualTo("store-unavailable");
            assertThat(ready.text()).contains("orders");
            assertThat(rest.get("/livez").status()).isEqualTo(200);
        } finally {
            service.orders.failWith(null);
        }
        assertThat(rest.get("/readyz").status()).isEqualTo(200);
    }
}
