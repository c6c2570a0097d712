package dev.pawl.idgen.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.idgen.server.Rest.Answer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DropInIT {

    private static final String YAML = """
            pawl:
              drop-in: {leaf: true, tinyid: true}
              generators:
                invoices: {kind: segment, tag: billing.invoices, step: {floor: 50}, first-id: 9007199254740993}
                texts: {kind: segment, encoding: {alphabet: decimal, prefix: T-}}
                few: {kind: segment, max-id: 3}
            """;

    @TempDir
    static Path folder;

    private static RealService service;
    private static Rest rest;

    @BeforeAll
    static void start() throws IOException {
        service = RealService.start(folder, YAML);
        rest = service.rest;
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST"})
    void leafsCallsAnswerBareDigits(String method) {
        for (String path : List.of("/api/segment/get/orders", "/api/snowflake/get/snowflake")) {
            Answer answer = rest.send(method, path, null);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("content-type")).startsWith("text/plain");
            assertThat(answer.text()).matches("[1-9][0-9]*");
        }
        assertThat(rest.send("HEAD", "/api/segment/get/orders", null).text()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "/api/segment/get/nothing,404,unknown-generator",
        "/api/segment/get/snowflake,404,unknown-generator",
        "/api/snowflake/get/orders,404,unknown-generator",
        "/api/segment/get/texts,406,not-acceptable",
        "/api/segment/get/orders?x=1,400,invalid-parameter"
    })
    void leafsCallsFailAsTheOthersDo(String path, int status, String problem) {
        Answer answer = rest.get(path);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.problem()).isEqualTo(problem);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST"})
    void tinyidsCallsAnswerInBothForms(String method) {
        Answer json = rest.send(method, "/tinyid/id/nextId?bizType=orders&batchSize=3&token=any", null);
        assertThat(json.header("content-type")).startsWith("application/json");
        JsonObject body = new JsonObject(json.text());
        assertThat(body.getInteger("code")).isEqualTo(200);
        assertThat(body.getString("message")).isEmpty();
        assertThat(body.getJsonArray("data")).hasSize(3);
        assertThat(rest.send(method, "/tinyid/id/nextId?bizType=orders", null).text())
                .matches("\\{\"data\":\\[\\d+],\"code\":200,\"message\":\"\"}");
        Answer simple = rest.send(method, "/tinyid/id/nextIdSimple?bizType=orders&batchSize=3", null);
        assertThat(simple.header("content-type")).startsWith("text/plain");
        assertThat(simple.text()).matches("\\d+,\\d+,\\d+");
        assertThat(rest.send(method, "/tinyid/id/nextIdSimple?bizType=snowflake", null)
                        .text())
                .matches("\\d+");
    }

    /** As tinyid's own client reads it: five numbers, and ids from behind the first up to the third. */
    @Test
    void rangesAreReservedInTheStoreOnceEach() {
        long before = 0;
        for (int i = 0; i < 4; i++) {
            String text = rest.send("POST", "/tinyid/id/nextSegmentIdSimple?token=x&bizType=invoices", null)
                    .text();
            String[] parts = text.split(",");
            assertThat(parts).hasSize(5);
            long current = Long.parseLong(parts[0]);
            long most = Long.parseLong(parts[2]);
            assertThat(current).isGreaterThanOrEqualTo(Math.max(before, 9007199254740992L));
            assertThat(most - current).isEqualTo(50);
            assertThat(Long.parseLong(parts[1])).isEqualTo(current + 10);
            assertThat(Integer.parseInt(parts[3])).isEqualTo(1);
            assertThat(Integer.parseInt(parts[4])).isZero();
            before = most;
        }
        JsonObject data = new JsonObject(
                        rest.get("/tinyid/id/nextSegmentId?bizType=invoices").text())
                .getJsonObject("data");
        assertThat(data.getLong("currentId")).isEqualTo(before);
        assertThat(data.getLong("maxId")).isEqualTo(before + 50);
        assertThat(data.getMap()).containsOnlyKeys("maxId", "loadingId", "currentId", "delta", "remainder");
        // The service's own generator goes on beside, in ranges of its own.
        long own = Long.parseLong(rest.get("/v1/generators/invoices/ids/next", "Accept", "text/plain")
                .text());
        assertThat(own <= 9007199254740992L + 50 || own > before + 50).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nextId|bizType=nothing|there is no such generator: generator=nothing",
                "nextId||the parameter must be given: parameter=bizType",
                "nextId|bizType=orders&batchSize=100001|batchSize must be in [1, 100000]: batchSize=100001",
                "nextId|bizType=orders&batchSize=0|batchSize must be in [1, 100000]: batchSize=0",
                "nextId|bizType=orders&batchSize=-1|batchSize must be in [1, 100000]: batchSize=-1",
                "nextId|bizType=orders&batchSize=x|batchSize must be in [1, 100000]: batchSize=x",
                "nextId|bizType=orders&size=3|the parameter is not known here: parameter=size",
                "nextId|bizType=texts|ids of this generator are texts, not numbers: generator=texts",
                "nextId|bizType=few&batchSize=4|every id there is has been given: generator=few",
                "nextSegmentId|bizType=snowflake|this call is not for the kind snowflake: generator=snowflake",
                "nextSegmentId|bizType=texts|ids of this generator are texts, not numbers: generator=texts"
            })
    void tinyidsFailuresHaveACodeOrAreEmpty(String call, String query, String message) {
        String asked = query == null ? "" : query;
        Answer json = rest.get("/tinyid/id/" + call + "?" + asked);
        assertThat(json.status()).isEqualTo(200);
        JsonObject body = new JsonObject(json.text());
        assertThat(body.getValue("data")).isNull();
        assertThat(body.getInteger("code")).isEqualTo(6);
        assertThat(body.getString("message")).isEqualTo(message);
        Answer simple = rest.get("/tinyid/id/" + call + "Simple?" + asked);
        assertThat(simple.status()).isEqualTo(200);
        assertThat(simple.text()).isEmpty();
    }

    @Test
    void headTakesNothing() {
        assertThat(rest.send("HEAD", "/tinyid/id/nextId?bizType=orders", null).status())
                .isEqualTo(200);
        String first = rest.get("/tinyid/id/nextIdSimple?bizType=orders").text();
        rest.send("HEAD", "/tinyid/id/nextId?bizType=orders", null);
        rest.send("HEAD", "/api/segment/get/orders", null);
        assertThat(rest.get("/tinyid/id/nextIdSimple?bizType=orders").text())
                .isEqualTo(Long.toString(Long.parseLong(first) + 1));
    }

    @Test
    void tinyidsTokenIsAnApiKeyAndLeafsCallsWantTheHeader() {
        try (TestService keyed = TestService.withKeys(
                TestService.key("all", Set.of(Scope.IDS_READ), "*"),
                TestService.key("other", Set.of(Scope.IDS_READ), "other"),
                TestService.key("operator", Set.of(Scope.ADMIN_READ), "*"))) {
            String path = "/tinyid/id/nextId?bizType=orders";
            String refused = "{\"data\":null,\"code\":5,\"message\":\"token is error\"}";
            for (String token : List.of("", "&token=", "&token=wrong", "&token=other", "&token=operator")) {
                assertThat(keyed.rest.get(path + token).text()).isEqualTo(refused);
            }
            assertThat(keyed.rest.get(path, "Authorization", "Bearer all").text())
                    .isEqualTo(refused);
            assertThat(keyed.rest.get(path + "&token=all").text()).contains("\"code\":200");
            assertThat(keyed.rest
                            .get("/tinyid/id/nextSegmentIdSimple?bizType=orders&token=wrong")
                            .text())
                    .isEmpty();
            assertThat(keyed.rest
                            .get("/tinyid/id/nextSegmentIdSimple?bizType=orders&token=all")
                            .text())
                    .isEqualTo("0,20,100,1,0");
            assertThat(keyed.rest.get("/api/segment/get/orders").problem()).isEqualTo("unauthorized");
            assertThat(keyed.rest
                            .get("/api/segment/get/orders", "Authorization", "Bearer other")
                            .problem())
                    .isEqualTo("forbidden");
            assertThat(keyed.rest
                            .get("/api/segment/get/orders", "Authorization", "Bearer all")
                            .status())
                    .isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/segment/get/orders",
                "/api/snowflake/get/snowflake",
                "/tinyid/id/nextId?bizType=orders",
                "/tinyid/id/nextIdSimple?bizType=orders",
                "/tinyid/id/nextSegmentId?bizType=orders",
                "/tinyid/id/nextSegmentIdSimple?bizType=orders"
            })
    void withoutTheFlagThereIsNothing(String path, @TempDir Path other) throws IOException {
        try (RealService plain = RealService.start(other, "pawl: {}")) {
            assertThat(plain.rest.get(path).problem()).isEqualTo("not-found");
        }
    }
}
