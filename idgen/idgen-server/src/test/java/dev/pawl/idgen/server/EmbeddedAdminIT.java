package dev.pawl.idgen.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.idgen.server.Rest.Answer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What operators do, on the embedded stores and the generators that the service has without a configuration. */
@Timeout(60)
class EmbeddedAdminIT {

    private static final String ORDERS = "/admin/v1/tags/orders";

    @TempDir
    Path folder;

    private static Answer put(Rest rest, String tag, String body, String... condition) {
        return rest.send("PUT", "/admin/v1/tags/" + tag, body.getBytes(StandardCharsets.UTF_8), condition);
    }

    @Test
    void aTagMovesForwardPausesAndGoesOn() throws Exception {
        try (RealService service = RealService.start(folder, "pawl: {}")) {
            Rest rest = service.rest;
            assertThat(put(rest, "invoices", "{\"firstId\":\"100\"}", "If-None-Match", "*")
                            .status())
                    .isEqualTo(201);
            assertThat(rest.send("POST", "/v1/tags/invoices/segments", null).text())
                    .contains("\"first\":\"100\",\"last\":\"1099\"");
            assertThat(put(rest, "invoices", "{\"lastId\":\"5000\"}", "If-Match", "\"0\"")
                            .status())
                    .isEqualTo(412);
            String etag = rest.get("/admin/v1/tags/invoices").header("etag");
            Answer moved = put(rest, "invoices", "{\"lastId\":\"5000\",\"paused\":true}", "If-Match", etag);
            assertThat(moved.status()).as(moved.text()).isEqualTo(200);
            assertThat(put(rest, "invoices", "{\"lastId\":\"4999\"}", "If-Match", moved.header("etag"))
                            .problem())
                    .isEqualTo("invalid-bounds");
            assertThat(rest.send("POST", "/v1/tags/invoices/segments", null).problem())
                    .isEqualTo("tag-paused");
            assertThat(put(rest, "invoices", "{\"paused\":false}", "If-Match", moved.header("etag"))
                            .status())
                    .isEqualTo(200);
            Map<String, String> range = Rest.json(
                    rest.send("POST", "/v1/tags/invoices/segments", null).text());
            assertThat(range).containsEntry("first", "5001");
            assertThat(rest.send(
                                    "DELETE",
                                    "/v1/tags/invoices/segments/" + range.get("revision") + "?first=5001&last="
                                            + range.get("last") + "&lastUsed=5010",
                                    null)
                            .text())
                    .isEqualTo("{\"returned\":true}");
            assertThat(Rest.json(rest.get("/admin/v1/tags/invoices").text())).containsEntry("lastId", "5010");
            assertThat(rest.get("/admin/v1/tags").text()).contains("\"name\":\"invoices\"", "\"name\":\"orders\"");
        }
    }

    @Test
    void aPausedTagsGeneratorUsesWhatItHasAndTakesNoReadinessAway() throws Exception {
        try (RealService service = RealService.start(folder, "pawl: {}")) {
            Rest rest = service.rest;
            rest.requireGoesOn();
            Answer paused = put(
                    rest,
                    "orders",
                    "{\"paused\":true}",
                    "If-Match",
                    rest.get(ORDERS).header("etag"));
            assertThat(paused.status()).isEqualTo(200);
            Answer answer = rest.get("/v1/generators/orders/ids/next");
            for (int i = 0; i < 3000 && answer.status() == 200; i++) {
                answer = rest.postJson("/v1/generators/orders/ids", "{\"count\":100}");
                answer = answer.status() == 201 ? rest.get("/v1/generators/orders/ids/next") : answer;
            }
            assertThat(answer.problem()).isEqualTo("tag-paused");
            assertThat(rest.get("/readyz").status()).isEqualTo(200);
        }
    }

    @Test
    void theLeasesOfTheOwnGeneratorsAreListed() throws Exception {
        try (RealService service = RealService.start(folder, "pawl: {}")) {
            assertThat(service.rest.get("/admin/v1/workers").text())
                    .contains("\"space\":\"snowflake\"", "\"space\":\"sonyflake\"", "\"state\":\"own\"")
                    .doesNotContain("live", "unknown");
        }
    }
}
