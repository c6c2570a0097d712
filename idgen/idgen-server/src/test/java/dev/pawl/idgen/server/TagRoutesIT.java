package dev.pawl.idgen.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.idgen.server.Rest.Answer;
import dev.pawl.idgen.spi.ResetPeriod;
import dev.pawl.idgen.spi.SegmentTag;
import dev.pawl.idgen.spi.TagState;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TagRoutesIT {

    private static final String[] SHOP = {"Authorization", "Bearer shop"};
    private static final String[] OTHER = {"Authorization", "Bearer other"};

    private static TestService service;
    private static Rest rest;

    @BeforeAll
    static void start() {
        service = TestService.withKeys(
                TestService.key("shop", Set.of(Scope.IDS_READ), "*"),
                TestService.key("other", Set.of(Scope.IDS_READ), "*"),
                TestService.key("a-only", Set.of(Scope.IDS_READ), "a.*"),
                TestService.key("writer", Set.of(Scope.TAGS_WRITE), "*"));
        rest = service.rest;
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    /** Makes a tag, and the path of its segments. */
    private static String segments(String tag, long maxId) {
        service.segments.create(new SegmentTag(tag, 1, maxId));
        return "/v1/tags/" + tag + "/segments";
    }

    private static Map<String, String> reserve(String path, String body) {
        Answer answer = rest.postJson(path, body, SHOP);
        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.header("cache-control")).isEqualTo("no-store");
        return Rest.json(answer.text());
    }

    private static String giveBack(String path, String revision, String query, String... key) {
        Answer answer = rest.send("DELETE", path + "/" + revision + "?" + query, null, key);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.text();
    }

    @Test
    void everyRangeIsTheClientsAlone() {
        String path = segments("ranges", 10_000);
        Answer first = rest.post(path, new byte[0], SHOP);
        assertThat(first.status()).isEqualTo(201);
        assertThat(first.header("pawl-guarantee")).isEqualTo("ephemeral");
        assertThat(first.text()).isEqualTo("{\"tag\":\"ranges\",\"first\":\"1\",\"last\":\"1000\",\"revision\":\"1\"}");
        assertThat(reserve(path, "{}")).containsEntry("first", "1001").containsEntry("last", "2000");
        assertThat(reserve(path, "{\"step\":10}"))
                .containsEntry("first", "2001")
                .containsEntry("last", "2010")
                .containsEntry("revision", "3");
        assertThat(reserve(path, "{\"step\":10000000}"))
                .containsEntry("first", "2011")
                .containsEntry("last", "10000");
        Answer none = rest.post(path, new byte[0], SHOP);
        assertThat(none.problem()).isEqualTo("exhausted");
        assertThat(Rest.json(none.text())).as("what the client reads").containsEntry("maxId", "10000");
    }

    @Test
    void aTagIsNeverMadeByAskingForIt() {
        assertThat(rest.post("/v1/tags/never/segments", new byte[0], SHOP).problem())
                .isEqualTo("unknown-tag");
        assertThat(rest.post("/v1/tags/a%20b/segments", new byte[0], SHOP).problem())
                .isEqualTo("unknown-tag");
    }

    @Test
    void aPausedTagGivesNothing() {
        String path = segments("paused", 100);
        TagState state =
                service.segments.find("paused").toCompletableFuture().join().orElseThrow();
        service.segments.compareAndSet(state.paused(true));
        Answer answer = rest.post(path, new byte[0], SHOP);
        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.problem()).isEqualTo("tag-paused");
    }

    @Test
    void aTagThatIsResetGivesNumbersOfThePresentPeriod() {
        service.segments.create(SegmentTag.of("yearly", ResetPeriod.yearly(ZoneOffset.UTC, 5)));
        Map<String, String> range = reserve("/v1/tags/yearly/segments", "{\"step\":3}");
        assertThat(range.get("first")).matches("2\\d{3}00001");
        assertThat(range.get("last")).matches("2\\d{3}00003");
    }

    @Test
    void theUnusedEndComesAgainOnceItIsGivenBack() {
        String path = segments("back", 10_000);
        Map<String, String> range = reserve(path, "{\"step\":100}");
        assertThat(giveBack(path, range.get("revision"), "first=1&last=100&lastUsed=40", SHOP))
                .isEqualTo("{\"returned\":true}");
        // Once more, as a client does whose answer was lost.
        assertThat(giveBack(path, range.get("revision"), "first=1&last=100&lastUsed=40", SHOP))
                .isEqualTo("{\"returned\":false}");
        assertThat(reserve(path, "{\"step\":1}")).containsEntry("first", "41");
    }

    @Test
    void aRangeIsNotTakenBackOnceAnotherFollows() {
        String path = segments("followed", 10_000);
        Map<String, String> range = reserve(path, "{\"step\":100}");
        reserve(path, "{\"step\":100}");
        assertThat(giveBack(path, range.get("revision"), "first=1&last=100&lastUsed=0", SHOP))
                .isEqualTo("{\"returned\":false}");
        assertThat(reserve(path, "{\"step\":1}")).containsEntry("first", "201");
    }

    @Test
    void nobodyMovesAMarkBackBelowTheRangeThatHeWasGiven() {
        String path = segments("liar", 10_000);
        assertThat(rest.postJson(path, "{\"step\":500}", OTHER).status()).isEqualTo(201);
        Map<String, String> range = reserve(path, "{\"step\":100}");
        // As if all were his: numbers 1 to 500 are in use by another.
        assertThat(giveBack(path, range.get("revision"), "first=1&last=600&lastUsed=0", SHOP))
                .isEqualTo("{\"returned\":true}");
        assertThat(reserve(path, "{\"step\":1}")).containsEntry("first", "501");
    }

    @Test
    void aRangeIsTakenBackFromTheKeyThatGotItOnly() {
        String path = segments("stolen", 10_000);
        Map<String, String> range = reserve(path, "{\"step\":100}");
        String revision = range.get("revision");
        assertThat(giveBack(path, revision, "first=1&last=100&lastUsed=0", OTHER))
                .isEqualTo("{\"returned\":false}");
        assertThat(giveBack(path, "7", "first=1&last=100&lastUsed=0", SHOP)).isEqualTo("{\"returned\":false}");
        assertThat(giveBack(path, revision, "first=1&last=99&lastUsed=0", SHOP)).isEqualTo("{\"returned\":false}");
        assertThat(giveBack(path, revision, "first=2&last=100&lastUsed=1", SHOP))
                .isEqualTo("{\"returned\":false}");
        assertThat(reserve(path, "{\"step\":1}")).containsEntry("first", "101");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a-only|a.tag|404",
                "a-only|orders|403",
                "writer|orders|403",
                "shop|orders|201",
            })
    void scopeAndNameAreNeeded(String key, String tag, int status) {
        String[] header = {"Authorization", "Bearer " + key};
        assertThat(rest.post("/v1/tags/" + tag + "/segments", new byte[0], header)
                        .status())
                .isEqualTo(status);
        if (status == 403) {
            assertThat(rest.send("DELETE", "/v1/tags/" + tag + "/segments/1?first=1&last=2&lastUsed=1", null, header)
                            .problem())
                    .isEqualTo("forbidden");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[]|invalid-body",
                "7|invalid-body",
                "{\"step\":0}|invalid-body",
                "{\"step\":-1}|invalid-body",
                "{\"step\":10000001}|invalid-body",
                "{\"step\":9223372036854775808}|invalid-body",
                "{\"step\":\"10\"}|invalid-body",
                "{\"step\":1.0}|invalid-body",
                "{\"step\":1e3}|invalid-body",
                "{\"step\":null}|invalid-body",
                "{\"step\":[1]}|invalid-body",
                "{\"step\":{}}|invalid-body",
                "{\"step\":1,\"step\":2}|invalid-body",
                "{\"step\":1}x|invalid-body",
                "{\"step\":1}{}|invalid-body",
                "{\"step\":1,\"more\":2}|invalid-body",
                "{\"count\":1}|invalid-body",
                "{\"step\":1|invalid-body",
                "{step:1}|invalid-body"
            })
    void aBadBodyIsRefusedAndTakesNothing(String body, String problem) {
        String before = mark();
        Answer answer = rest.postJson("/v1/tags/orders/segments", body, SHOP);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.problem()).isEqualTo(problem);
        assertThat(mark()).isEqualTo(before);
    }

    private static String mark() {
        return service.segments
                .find("orders")
                .toCompletableFuture()
                .join()
                .orElseThrow()
                .toString();
    }

    @ParameterizedTest
    @CsvSource({"0", "-1", "60001", "1.5", "5s", "''", "99999999999", "' '", "0x10"})
    void aTimeoutThatIsNoneIsRefused(String timeout) {
        for (Answer answer : new Answer[] {
            rest.post("/v1/tags/orders/segments", new byte[0], with("Pawl-Timeout", timeout)),
            rest.send(
                    "DELETE",
                    "/v1/tags/orders/segments/1?first=1&last=2&lastUsed=1",
                    null,
                    with("Pawl-Timeout", timeout))
        }) {
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.problem()).isEqualTo("malformed-request");
        }
        assertThat(rest.post("/v1/tags/orders/segments", new byte[0], with("Pawl-Timeout", "60000"))
                        .status())
                .isEqualTo(201);
    }

    private static String[] with(String name, String value) {
        return new String[] {SHOP[0], SHOP[1], name, value};
    }

    @ParameterizedTest
    @CsvSource({
        "1?first=1&last=2,400",
        "1?first=1&last=2&lastUsed=x,400",
        "1?first=0&last=2&lastUsed=1,400",
        "1?first=3&last=2&lastUsed=2,400",
        "1?first=1&last=2&lastUsed=3,400",
        "1?first=5&last=9&lastUsed=3,400",
        "1?first=1&last=9223372036854775808&lastUsed=1,400",
        "1?first=1&last=2&lastUsed=1&more=1,400",
        "1?first=1&first=1&last=2&lastUsed=1,400",
        "x?first=1&last=2&lastUsed=1,400",
        "-1?first=1&last=2&lastUsed=1,400",
        "01?first=1&last=2&lastUsed=1,400",
        "1,400"
    })
    void aBadGiveBackIsRefused(String end, int status) {
        Answer answer = rest.send("DELETE", "/v1/tags/orders/segments/" + end, null, SHOP);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.problem()).isEqualTo("invalid-parameter");
    }

    @Test
    void aQueryOrAnotherTypeOfBodyIsRefused() {
        assertThat(rest.post("/v1/tags/orders/segments?step=1", new byte[0], SHOP)
                        .problem())
                .isEqualTo("invalid-parameter");
        assertThat(rest.post("/v1/tags/orders/segments", "{}".getBytes(), with("Content-Type", "text/plain"))
                        .problem())
                .isEqualTo("unsupported-media-type");
        assertThat(rest.post("/v1/tags/orders/segments", new byte[IdsBody.MOST_BYTES + 1], SHOP)
                        .problem())
                .isEqualTo("body-too-large");
    }
}
