package dev.pawl.idgen.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.idgen.server.Rest.Answer;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessIT {

    private static final String KEY = "pawl_first";
    private static final String OTHER = "pawl_second";

    private static TestService service;
    private static Rest rest;

    @BeforeAll
    static void start() {
        service = TestService.withKeys(
                TestService.key(KEY, EnumSet.allOf(Scope.class), "*"),
                TestService.key(OTHER, EnumSet.allOf(Scope.class), "*"),
                TestService.key("reader", Set.of(Scope.IDS_READ), "*"),
                TestService.key("writer", Set.of(Scope.TAGS_WRITE), "*"),
                TestService.key("operator", Set.of(Scope.ADMIN_READ), "*"),
                TestService.key("orders-only", Set.of(Scope.IDS_READ), "orders"),
                TestService.key("o-only", Set.of(Scope.IDS_READ), "o*", "x"),
                TestService.key("nothing", Set.of(), "*"));
        rest = service.rest;
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/generators/orders/ids/next",
                "/v1/generators/orders/ids/next?format=number",
                "/v1/generators/unknown/ids/next",
                "/v1/generators/snowflake/ids/7",
                "/v1/generators/snowflake/bounds",
                "/v1/generators",
                "/v1/nothing/here",
                "/admin/v1/nothing",
                "/metrics"
            })
    void withoutAKnownKeyNothingIsTold(String path) {
        List<Answer> answers = List.of(
                rest.get(path),
                rest.get(path, "Authorization", "Bearer wrong"),
                rest.get(path, "Authorization", "Bearer "),
                rest.get(path, "Authorization", "Bearer " + KEY + "x"),
                rest.get(path, "Authorization", "Basic " + KEY),
                rest.get(path, "Authorization", KEY),
                rest.get(path, "X-API-Key", KEY),
                rest.get(path, "Authorization", "Bearer " + KEY, "Authorization", "Bearer wrong"));
        for (Answer answer : answers) {
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.problem()).isEqualTo("unauthorized");
            assertThat(answer.header("www-authenticate")).isEqualTo("Bearer realm=\"pawl\"");
            assertThat(answer.text()).isEqualTo(answers.get(0).text()).doesNotContain(KEY);
        }
    }

    @Test
    void aBatchNeedsAKeyToo() {
        assertThat(rest.postJson("/v1/generators/orders/ids", "{\"count\":1}").problem())
                .isEqualTo("unauthorized");
        assertThat(rest.postJson("/v1/generators/orders/ids", "not json").problem())
                .isEqualTo("unauthorized");
    }

    @Test
    void everyConfiguredKeyIsLetIn() {
        for (String key : List.of(KEY, OTHER)) {
            String header = "Bearer " + key;
            assertThat(rest.get("/v1/generators/orders/ids/next", "Authorization", header)
                            .status())
                    .isEqualTo(200);
            assertThat(rest.get("/v1/generators/orders/ids/next", "Authorization", "bearer " + key)
                            .status())
                    .isEqualTo(200);
            assertThat(rest.postJson("/v1/generators/orders/ids", "{\"count\":1}", "Authorization", header)
                            .status())
                    .isEqualTo(201);
            assertThat(rest.get("/metrics", "Authorization", header).status()).isEqualTo(200);
        }
    }

    @Test
    void aKeyInTheQueryDoesNotCount() {
        assertThat(rest.get("/v1/generators/orders/ids/next?key=" + KEY).problem())
                .isEqualTo("unauthorized");
        Answer both = rest.get("/v1/generators/orders/ids/next?key=" + KEY, "Authorization", "Bearer " + KEY);
        assertThat(both.problem()).isEqualTo("invalid-parameter");
    }

    @ParameterizedTest
    @CsvSource({
        "reader,/v1/generators/orders/ids/next,200",
        "reader,/v1/generators/orders/ids/next?format=string,200",
        "reader,/v1/generators/snowflake/ids/7,200",
        "reader,/metrics,403",
        "operator,/metrics,200",
        "operator,/v1/generators/orders/ids/next,403",
        "operator,/v1/generators/orders/ids/next?format=string,403",
        "operator,/v1/generators/snowflake/ids/7,403",
        "operator,/v1/generators/snowflake/bounds,403",
        "writer,/v1/generators/orders/ids/next,403",
        "writer,/metrics,403",
        "nothing,/v1/generators/orders/ids/next,403",
        "nothing,/v1/generators/unknown/ids/next,403",
        "nothing,/metrics,403",
        "nothing,/v1/nothing,404",
        "orders-only,/v1/generators/orders/ids/next,200",
        "orders-only,/v1/generators/orders/ids/next?format=string,200",
        "orders-only,/v1/generators/order%73/ids/next,200",
        "orders-only,/v1/generators/snowflake/ids/next,403",
        "orders-only,/v1/generators/snowflake/ids/next?format=string,403",
        "orders-only,/v1/generators/snowflake/ids/7,403",
        "orders-only,/v1/generators/snowflake/bounds,403",
        "orders-only,/v1/generators/unknown/ids/next,403",
        "o-only,/v1/generators/orders/ids/next,200",
        "o-only,/v1/generators/snowflake/ids/next,403",
        "o-only,/v1/generators/o/ids/next,404",
        "o-only,/v1/generators/x/ids/next,404",
        "o-only,/v1/generators/xx/ids/next,403"
    })
    void aKeyGetsNoFurtherThanItsScopesAndNames(String key, String path, int status) {
        Answer answer = rest.get(path, "Authorization", "Bearer " + key);
        assertThat(answer.status()).isEqualTo(status);
        if (status == 403) {
            assertThat(answer.problem()).isEqualTo("forbidden");
        }
    }

    @Test
    void aBatchNeedsScopeAndNameToo() {
        String[] writer = {"Authorization", "Bearer writer"};
        String[] ordersOnly = {"Authorization", "Bearer orders-only"};
        for (String query : List.of("", "?format=string")) {
            assertThat(rest.postJson("/v1/generators/orders/ids" + query, "{\"count\":1}", writer)
                            .problem())
                    .isEqualTo("forbidden");
            assertThat(rest.postJson("/v1/generators/snowflake/ids" + query, "{\"count\":1}", ordersOnly)
                            .problem())
                    .isEqualTo("forbidden");
            assertThat(rest.postJson("/v1/generators/orders/ids" + query, "{\"count\":1}", ordersOnly)
                            .status())
                    .isEqualTo(201);
        }
    }

    @Test
    void theListOfGeneratorsLeavesOutWhatAKeyMayNotSee() {
        String first = list(KEY);
        assertThat(first).contains("\"name\":\"orders\"", "\"name\":\"snowflake\"", "\"scope\":\"");
        assertThat(list("orders-only"))
                .contains("\"name\":\"orders\"", "\"level\":\"")
                .doesNotContain("snowflake", "scope");
        assertThat(list("o-only")).contains("\"name\":\"orders\"").doesNotContain("snowflake");
        assertThat(rest.get("/v1/generators", "Authorization", "Bearer operator")
                        .problem())
                .isEqualTo("forbidden");
    }

    private static String list(String key) {
        return rest.get("/v1/generators", "Authorization", "Bearer " + key).text();
    }

    @Test
    void refusalsAreCountedByKeyAndKind() {
        double before = rejected("writer");
        rest.get("/v1/generators/orders/ids/next", "Authorization", "Bearer writer");
        assertThat(rejected("writer")).isEqualTo(before + 1);
    }

    private static double rejected(String key) {
        return rest.get("/metrics", "Authorization", "Bearer operator")
                .text()
                .lines()
                .filter(line -> line.startsWith("pawl_http_rejected_total{key=\"" + key + "\",type=\"forbidden\"}"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/livez", "/readyz", "/openapi.yaml", "/style.css"})
    void whatSaysNothingOfIdsIsOpen(String path) {
        assertThat(rest.get(path).status()).isEqualTo(200);
    }
}
