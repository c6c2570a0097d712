package dev.pawl.idgen.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.idgen.server.Rest.Answer;
import dev.pawl.idgen.spi.SegmentTag;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdminTagsIT {

    private static final String TAGS = "/admin/v1/tags";

    private static TestService service;
    private static Rest rest;

    @BeforeAll
    static void start() {
        service = TestService.withKeys(
                TestService.key("all", EnumSet.allOf(Scope.class), "*"),
                TestService.key("reader", Set.of(Scope.ADMIN_READ), "*"),
                TestService.key("writer", Set.of(Scope.TAGS_WRITE), "*"),
                TestService.key("ids", Set.of(Scope.IDS_READ), "*"),
                TestService.key("p-only", EnumSet.allOf(Scope.class), "p.*"));
        rest = service.rest;
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    private static Answer get(String path, String key) {
        return rest.get(path, "Authorization", "Bearer " + key);
    }

    private static Answer put(String tag, String body, String... headers) {
        String[] all = new String[headers.length + 2];
        System.arraycopy(headers, 0, all, 2, headers.length);
        all[0] = "Authorization";
        all[1] = "Bearer all";
        return rest.send("PUT", TAGS + "/" + tag, body.getBytes(StandardCharsets.UTF_8), all);
    }

    private static Answer create(String tag, String body) {
        return put(tag, body, "If-None-Match", "*");
    }

    @Test
    void aTagIsCreatedReadAndMovedForward() {
        Answer created = create("life", "{\"firstId\":\"1000\",\"maxId\":\"9999\"}");
        assertThat(created.status()).isEqualTo(201);
        assertThat(created.header("etag")).isEqualTo("\"0\"");
        assertThat(created.text())
                .isEqualTo("{\"name\":\"life\",\"lastId\":\"999\",\"maxId\":\"9999\",\"remaining\":\"9000\","
                        + "\"paused\":false,\"reset\":null,\"revision\":\"0\"}");
        Answer read = get(TAGS + "/life", "all");
        assertThat(read.status()).isEqualTo(200);
        assertThat(read.header("etag")).isEqualTo("\"0\"");
        assertThat(read.text()).isEqualTo(created.text());
        Answer moved = put("life", "{\"lastId\":\"2000\",\"maxId\":\"20000\"}", "If-Match", "\"0\"");
        assertThat(moved.status()).isEqualTo(200);
        assertThat(moved.header("etag")).isEqualTo("\"1\"");
        assertThat(Rest.json(moved.text())).containsEntry("lastId", "2000").containsEntry("maxId", "20000");
        assertThat(get(TAGS + "/life", "all").text()).isEqualTo(moved.text());
        assertThat(rest.post("/v1/tags/life/segments", new byte[0], "Authorization", "Bearer all")
                        .text())
                .contains("\"first\":\"2001\"");
    }

    @Test
    void aTagIsPausedAndResumed() {
        create("stopped", "");
        assertThat(put("stopped", "{\"paused\":true}", "If-Match", "\"0\"").text())
                .contains("\"paused\":true");
        assertThat(rest.post("/v1/tags/stopped/segments", new byte[0], "Authorization", "Bearer all")
                        .problem())
                .isEqualTo("tag-paused");
        assertThat(put("stopped", "{\"maxId\":\"9223372036854775806\"}", "If-Match", "\"1\"")
                        .text())
                .contains("\"paused\":true");
        assertThat(put("stopped", "{\"paused\":false}", "If-Match", "\"2\"").status())
                .isEqualTo(200);
        assertThat(rest.post("/v1/tags/stopped/segments", new byte[0], "Authorization", "Bearer all")
                        .status())
                .isEqualTo(201);
    }

    @Test
    void aTagIsCreatedWithItsResetAndOnceOnly() {
        Answer created = create("daily", "{\"reset\":\"day Europe/Berlin 6\"}");
        assertThat(created.status()).isEqualTo(201);
        assertThat(Rest.json(created.text())).containsEntry("reset", "day Europe/Berlin 6");
        Answer again = create("daily", "{}");
        assertThat(again.status()).isEqualTo(412);
        assertThat(again.problem()).isEqualTo("precondition-failed");
    }

    @Test
    void aMarkWithoutADateIsRefusedForATagThatIsReset() {
        create("dated", "{\"reset\":\"day UTC 6\"}");
        Answer refused = put("dated", "{\"lastId\":\"5000\"}", "If-Match", "\"0\"");
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.problem()).isEqualTo("invalid-bounds");
        assertThat(put("dated", "{\"lastId\":\"20261121000500\"}", "If-Match", "\"0\"")
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"lastId\":\"99\"}|lastId must be >= 100: lastId=99",
                "{\"maxId\":\"998\"}|maxId must be >= 999: maxId=998",
                "{\"lastId\":\"1000\"}|lastId=1000, maxId=999",
                "{\"lastId\":\"0\",\"paused\":true}|lastId=0"
            })
    void aMarkThatWouldMoveBackIsRefusedWhole(String body, String detail) {
        create("forward", "{\"firstId\":\"101\",\"maxId\":\"999\"}");
        Answer answer = put("forward", body, "If-Match", "\"0\"");
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.problem()).isEqualTo("invalid-bounds");
        assertThat(answer.text()).contains(detail);
        assertThat(Rest.json(get(TAGS + "/forward", "all").text()))
                .containsEntry("revision", "0")
                .containsEntry("lastId", "100")
                .containsEntry("paused", "false");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``|``|428|precondition-required",
                "If-Match|\"7\"|412|precondition-failed",
                "If-Match|\"abc\"|412|precondition-failed",
                "If-Match|\"99999999999999999999\"|412|precondition-failed",
                "If-Match|W/\"0\"|412|precondition-failed",
                "If-Match|\"\"|412|precondition-failed",
                "If-Match|0|400|malformed-request",
                "If-Match|*|400|malformed-request",
                "If-Match|\"0\", \"1\"|400|malformed-request",
                "If-Match|``|400|malformed-request",
                "If-None-Match|\"0\"|400|malformed-request",
                "If-None-Match|*|412|precondition-failed"
            })
    void aChangeNeedsTheRevisionThatItWasMadeOf(String header, String value, int status, String problem) {
        create("guarded", "");
        String body = header.equals("If-None-Match") ? "{}" : "{\"paused\":true}";
        Answer answer = header.isEmpty() ? put("guarded", body) : put("guarded", body, header, value);
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.problem()).isEqualTo(problem);
        assertThat(get(TAGS + "/guarded", "all").header("etag")).isEqualTo("\"0\"");
    }

    @Test
    void ofTwoChangesAtOnceOneIsMade() {
        create("raced", "");
        for (int revision = 0; revision < 20; revision++) {
            String etag = "\"" + revision + "\"";
            List<CompletableFuture<Integer>> both = List.of(
                    CompletableFuture.supplyAsync(() ->
                            put("raced", "{\"paused\":true}", "If-Match", etag).status()),
                    CompletableFuture.supplyAsync(() ->
                            put("raced", "{\"paused\":false}", "If-Match", etag).status()));
            assertThat(both).extracting(CompletableFuture::join).containsExactlyInAnyOrder(200, 412);
        }
        assertThat(get(TAGS + "/raced", "all").header("etag")).isEqualTo("\"20\"");
    }

    @Test
    void twoConditionsAreNone() {
        assertThat(put("orders", "{}", "If-Match", "\"0\"", "If-None-Match", "*")
                        .problem())
                .isEqualTo("malformed-request");
        assertThat(put("orders", "{}", "If-Match", "\"0\"", "If-Match", "\"1\"").problem())
                .isEqualTo("malformed-request");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "If-Match|``",
                "If-Match|{}",
                "If-Match|[]",
                "If-Match|{\"lastId\":5}",
                "If-Match|{\"lastId\":\"-5\"}",
                "If-Match|{\"lastId\":\"05\"}",
                "If-Match|{\"lastId\":\"5.0\"}",
                "If-Match|{\"lastId\":\"\"}",
                "If-Match|{\"lastId\":\"9223372036854775807\"}",
                "If-Match|{\"lastId\":\"9223372036854775808\"}",
                "If-Match|{\"maxId\":null}",
                "If-Match|{\"paused\":\"true\"}",
                "If-Match|{\"paused\":1}",
                "If-Match|{\"firstId\":\"5\"}",
                "If-Match|{\"reset\":\"day UTC 6\"}",
                "If-Match|{\"paused\":true,\"paused\":false}",
                "If-Match|{\"paused\":true",
                "If-None-Match|{\"firstId\":\"0\"}",
                "If-None-Match|{\"firstId\":\"9\",\"maxId\":\"8\"}",
                "If-None-Match|{\"lastId\":\"5\"}",
                "If-None-Match|{\"paused\":true}",
                "If-None-Match|{\"reset\":\"day\"}",
                "If-None-Match|{\"reset\":\"day Mars/Base 6\"}",
                "If-None-Match|{\"reset\":\"day UTC 60\"}",
                "If-None-Match|{\"reset\":null}",
                "If-None-Match|{\"reset\":\"\\u0000<script>\"}"
            })
    void aBadBodyChangesNothing(String header, String body) {
        create("bodies", "");
        String tag = header.equals("If-Match") ? "bodies" : "not-made";
        Answer answer = put(tag, body, header, header.equals("If-Match") ? "\"0\"" : "*");
        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.problem()).isEqualTo("invalid-body");
        assertThat(answer.text()).doesNotContain("<script>");
        assertThat(get(TAGS + "/bodies", "all").header("etag")).isEqualTo("\"0\"");
        assertThat(get(TAGS + "/not-made", "all").status()).isEqualTo(404);
    }

    @Test
    void anUnknownTagIsNotChangedNorMade() {
        assertThat(get(TAGS + "/nothing", "all").problem()).isEqualTo("unknown-tag");
        assertThat(get(TAGS + "/a%20b", "all").problem()).isEqualTo("unknown-tag");
        assertThat(put("nothing", "{\"paused\":true}", "If-Match", "\"0\"").problem())
                .isEqualTo("unknown-tag");
        assertThat(create("a%20b", "").problem()).isEqualTo("unknown-tag");
    }

    @Test
    void theListIsPagedByName() {
        for (String tag : new String[] {"p.1", "p.2", "p.3", "q.1"}) {
            create(tag, "");
        }
        Answer page = get(TAGS + "?after=p&limit=2", "all");
        assertThat(page.text())
                .contains("\"name\":\"p.1\"", "\"name\":\"p.2\"", "\"next\":\"p.2\"")
                .doesNotContain("p.3");
        assertThat(get(TAGS + "?after=p.2&limit=1", "all").text())
                .contains("p.3")
                .doesNotContain("\"name\":\"p.2\"");
        assertThat(get(TAGS + "?after=q.1", "all").text())
                .doesNotContain("next")
                .doesNotContain("p.");
        assertThat(get(TAGS, "p-only").text()).contains("p.1", "p.2", "p.3").doesNotContain("q.1", "orders");
        // No page ends at a name that the key may not see, and none is short because of one.
        for (String page1 : new String[] {"?after=&limit=1", "?after=orders&limit=1"}) {
            assertThat(get(TAGS + page1, "p-only").text())
                    .contains("\"name\":\"p.1\"", "\"next\":\"p.1\"")
                    .doesNotContain("orders");
        }
        assertThat(get(TAGS + "?after=p.3&limit=1", "p-only").text()).isEqualTo("{\"tags\":[]}");
    }

    @Test
    void aKeyOfFewNamesSeesThemBehindThousandsOfOthers() {
        for (int i = 0; i < 2_500; i++) {
            service.segments.create(SegmentTag.of("n%04d".formatted(i)));
        }
        create("p.1", "");
        assertThat(get(TAGS + "?after=n&limit=1&x", "p-only").problem()).isEqualTo("invalid-parameter");
        assertThat(get(TAGS + "?after=n&limit=1", "p-only").text()).contains("\"name\":\"p.");
        assertThat(Rest.json(get(TAGS + "?after=n&limit=1000", "all").text())).containsEntry("next", "n0999");
    }

    @ParameterizedTest
    @CsvSource({"limit=0", "limit=1001", "limit=x", "limit=-1", "limit=", "limit=1&limit=1", "page=2"})
    void aBadPageIsRefused(String query) {
        assertThat(get(TAGS + "?" + query, "all").problem()).isEqualTo("invalid-parameter");
        assertThat(get(TAGS + "/orders?" + query, "all").problem()).isEqualTo("invalid-parameter");
    }

    @Test
    void readingAndWritingNeedTheirScopeAndTheName() {
        Map<String, Integer> reads = Map.of("reader", 200, "all", 200, "writer", 403, "ids", 403, "p-only", 403);
        reads.forEach((key, status) ->
                assertThat(get(TAGS + "/orders", key).status()).as(key).isEqualTo(status));
        Map<String, Integer> writes = Map.of("reader", 403, "ids", 403, "p-only", 403, "writer", 412);
        writes.forEach((key, status) -> assertThat(rest.send(
                                "PUT",
                                TAGS + "/orders",
                                "{\"paused\":true}".getBytes(StandardCharsets.UTF_8),
                                "Authorization",
                                "Bearer " + key,
                                "If-Match",
                                "\"77\"")
                        .status())
                .as(key)
                .isEqualTo(status));
        assertThat(rest.get(TAGS).status()).isEqualTo(401);
        assertThat(rest.get(TAGS + "/orders").status()).isEqualTo(401);
    }
}
