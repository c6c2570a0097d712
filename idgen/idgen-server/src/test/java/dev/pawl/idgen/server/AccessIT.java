package dev.pawl.idgen.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.idgen.server.Rest.Answer;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessIT {

    private static final String KEY = "pawl_first";
    private static final String OTHER = "pawl_second";

    private static TestService service;
    private static Rest rest;

    @BeforeAll
    static void start() {
        service = TestService.withKeys(List.of(ApiKeys.hash(KEY), ApiKeys.hash(OTHER)));
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
                "/v1/nothing/here",
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
    @ValueSource(strings = {"/", "/livez", "/readyz", "/openapi.yaml", "/style.css"})
    void whatSaysNothingOfIdsIsOpen(String path) {
        assertThat(rest.get(path).status()).isEqualTo(200);
    }
}
