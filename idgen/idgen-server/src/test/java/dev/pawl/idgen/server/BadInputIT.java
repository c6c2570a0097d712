package dev.pawl.idgen.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.idgen.server.Rest.Answer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class BadInputIT {

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

    @AfterEach
    void theServiceGoesOn() {
        rest.requireGoesOn();
    }

    static List<BadBodies.Bad> bodies() {
        return BadBodies.all();
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void aBadBodyIsRefusedWithItsType(BadBodies.Bad bad) {
        Answer answer = rest.post(IDS, bad.body(), "Content-Type", "application/json");
        assertThat(answer.status()).isEqualTo(bad.type().status());
        assertThat(answer.problem()).isEqualTo(bad.type().slug());
        assertThat(answer.text()).hasSizeLessThan(600);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/nope|404|not-found",
                "/v1|404|not-found",
                "/v1/generators?x=1|400|invalid-parameter",
                "/console/|404|not-found",
                "/console/none.js|404|not-found",
                "/console/..%2findex.html|404|not-found",
                "/console/main.js?x=1|400|invalid-parameter",
                "/v1/generators/orders|404|not-found",
                "/v1/generators/orders/ids/next/more|404|not-found",
                "/v1/generators//ids/next|404|not-found",
                "/v2/generators/orders/ids/next|404|not-found",
                "/../etc/passwd|404|not-found",
                "/%2e%2e/%2e%2e/etc/passwd|404|not-found",
                "/livez%00|404|not-found",
                "/v1/generators/unknown/ids/next|404|unknown-generator",
                "/v1/generators/ORDERS/ids/next|404|unknown-generator",
                "/v1/generators/orders%20/ids/next|404|unknown-generator",
                "/v1/generators/%00/ids/next|404|unknown-generator",
                "/v1/generators/%0d%0aX:y/ids/next|404|unknown-generator",
                "/v1/generators/%1b[2J/ids/next|404|unknown-generator",
                "/v1/generators/%e2%80%a8/ids/next|404|unknown-generator",
                "/v1/generators/'%3b%20DROP/ids/next|404|unknown-generator",
                "/v1/generators/$%7bjndi:ldap:x%7d/ids/next|404|unknown-generator",
                "/v1/generators/__proto__/ids/next|404|unknown-generator",
                "/v1/generators/orders%2fids/ids/next|404|unknown-generator",
                "/v1/generators/%ff/ids/next|400|malformed-request",
                "/v1/generators/orders/ids/next?count=1|400|invalid-parameter",
                "/v1/generators/orders/ids/next?|200|",
                "/v1/generators/orders/ids/next?key=secret|400|invalid-parameter",
                "/v1/generators/orders/ids/next?api_key=secret|400|invalid-parameter",
                "/v1/generators/orders/ids/next?format=hex|400|invalid-parameter",
                "/v1/generators/orders/ids/next?format=|400|invalid-parameter",
                "/v1/generators/orders/ids/next?format|400|invalid-parameter",
                "/v1/generators/orders/ids/next?format=number&format=number|400|invalid-parameter",
                "/v1/generators/orders/ids/next?&|400|invalid-parameter",
                "/v1/generators/orders/ids/next?=1|400|invalid-parameter",
                "/v1/generators/orders/ids/7|404|no-layout",
                "/v1/generators/orders/bounds?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z|404|no-layout",
                "/v1/generators/snowflake/ids/-1|400|invalid-id",
                "/v1/generators/snowflake/ids/01|400|invalid-id",
                "/v1/generators/snowflake/ids/1.0|400|invalid-id",
                "/v1/generators/snowflake/ids/1e3|400|invalid-id",
                "/v1/generators/snowflake/ids/+1|400|invalid-id",
                "/v1/generators/snowflake/ids/0x1f|400|invalid-id",
                "/v1/generators/snowflake/ids/%20|400|invalid-id",
                "/v1/generators/snowflake/ids/9223372036854775808|400|invalid-id",
                "/v1/generators/snowflake/ids/9999999999999999999|400|invalid-id",
                "/v1/generators/snowflake/ids/18446744073709551617|400|invalid-id",
                "/v1/generators/snowflake/ids/%D9%A1|400|invalid-id",
                "/v1/generators/snowflake/ids/abc|400|invalid-id",
                "/v1/generators/snowflake/ids/7?x=1|400|invalid-parameter",
                "/v1/generators/snowflake/bounds|400|invalid-parameter",
                "/v1/generators/snowflake/bounds?from=2026-01-01T00:00:00Z|400|invalid-parameter",
                "/v1/generators/snowflake/bounds?from=&to=|400|invalid-parameter",
                "/v1/generators/snowflake/bounds?from=yesterday&to=today|400|invalid-parameter",
                "/v1/generators/snowflake/bounds?from=2026-01-01&to=2026-01-02|400|invalid-parameter",
                "/v1/generators/snowflake/bounds?from=2026-13-01T00:00:00Z&to=2026-01-02T00:00:00Z|400|invalid-parameter",
                "/v1/generators/snowflake/bounds?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z|400|invalid-parameter",
                "/v1/generators/snowflake/bounds?from=2024-12-31T23:59:59Z&to=2026-01-01T00:00:00Z|400|invalid-parameter",
                "/v1/generators/snowflake/bounds?from=2026-01-01T00:00:00Z&to=9999-01-01T00:00:00Z|400|invalid-parameter",
                "/v1/generators/snowflake/bounds?from=2026-01-01T00:00:00Z&to=%2B1000000000-12-31T23:59:59Z|400|invalid-parameter",
                "/v1/generators/snowflake/bounds?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z&zone=UTC|400|invalid-parameter",
                "/livez?x=1|400|invalid-parameter",
                "/readyz?verbose|400|invalid-parameter",
                "/metrics?name=x|400|invalid-parameter",
                "/?x=1|400|invalid-parameter",
                "/openapi.yaml?x=1|400|invalid-parameter"
            })
    void aBadPathOrQueryIsRefusedWithItsType(String path, int status, String problem) {
        Answer answer = rest.get(path.replace("[", "%5b"));
        assertThat(answer.status()).isEqualTo(status);
        if (problem != null) {
            assertThat(answer.problem()).isEqualTo(problem);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text/plain",
                "application/x-www-form-urlencoded",
                "application/xml",
                "application/json;charset=utf-16",
                "application/json; charset=iso-8859-1",
                "application/jsonx",
                "multipart/form-data; boundary=x",
                "application/merge-patch+json",
                "json",
                "*/*",
                "application/json, text/plain"
            })
    void anotherContentTypeIsRefused(String type) {
        Answer answer = rest.post(IDS, "{\"count\":1}".getBytes(), "Content-Type", type);
        assertThat(answer.status()).isEqualTo(415);
        assertThat(answer.problem()).isEqualTo("unsupported-media-type");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/json",
                "Application/JSON",
                "application/json;charset=UTF-8",
                "application/json; charset=\"utf-8\""
            })
    void jsonInUtf8IsTakenHoweverItIsWritten(String type) {
        assertThat(rest.post(IDS, "{\"count\":1}".getBytes(), "Content-Type", type)
                        .status())
                .isEqualTo(201);
    }

    @Test
    void anEncodedBodyIsRefused() {
        Answer answer = rest.postJson(IDS, "{\"count\":1}", "Content-Encoding", "gzip");
        assertThat(answer.problem()).isEqualTo("unsupported-media-type");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "image/png|406|not-acceptable",
                "application/json;q=0|406|not-acceptable",
                "text/plain;q=2|400|malformed-request",
                "gibberish|400|malformed-request"
            })
    void anAcceptThatCannotBeMetIsRefused(String accept, int status, String problem) {
        for (Answer answer : List.of(
                rest.get("/v1/generators/orders/ids/next", "Accept", accept),
                rest.postJson(IDS, "{\"count\":1}", "Accept", accept))) {
            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.problem()).isEqualTo(problem);
        }
        assertThat(rest.get("/v1/generators/snowflake/ids/7", "Accept", accept).status())
                .isEqualTo(status);
    }

    @Test
    void aBodyBeyondTheLimitIsRefusedAndOneAtTheLimitIsRead() {
        byte[] atLimit = new byte[IdsBody.MOST_BYTES];
        Arrays.fill(atLimit, (byte) ' ');
        byte[] count = "{\"count\":2}".getBytes();
        System.arraycopy(count, 0, atLimit, 0, count.length);
        assertThat(rest.post(IDS, atLimit, "Content-Type", "application/json").status())
                .isEqualTo(201);
        Answer answer =
                rest.post(IDS, Arrays.copyOf(atLimit, IdsBody.MOST_BYTES + 1), "Content-Type", "application/json");
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.problem()).isEqualTo("body-too-large");
    }

    @Test
    void unknownNamesLeaveNothingBehind() {
        long before = ownMeters();
        for (int i = 0; i < 2000; i++) {
            assertThat(rest.get("/v1/generators/n" + i + "/ids/next").status()).isEqualTo(404);
        }
        assertThat(ownMeters()).isEqualTo(before);
    }

    private static long ownMeters() {
        return rest.get("/metrics")
                .text()
                .lines()
                .filter(line -> line.startsWith("pawl_"))
                .count();
    }
}
