package dev.pawl.idgen.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.common.Deadline;
import dev.pawl.common.Ticker;
import dev.pawl.idgen.layout.IdLayout;
import dev.pawl.idgen.server.Rest.Answer;
import dev.pawl.idgen.spi.WorkerRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class AdminWorkersIT {

    private static final String WORKERS = "/admin/v1/workers";
    private static final String REVOKE = WORKERS + "/snowflakes/5/revoke";

    private TestService service;

    @BeforeEach
    void start() {
        service = TestService.withKeys(
                TestService.key("all", EnumSet.allOf(Scope.class), "*"),
                TestService.key("reader", Set.of(Scope.ADMIN_READ), "*"),
                TestService.key("writer", Set.of(Scope.TAGS_WRITE), "*"),
                TestService.key("elsewhere", EnumSet.allOf(Scope.class), "orders"));
    }

    @AfterEach
    void stop() {
        service.close();
    }

    private Answer list(String key) {
        return service.rest.get(WORKERS, "Authorization", "Bearer " + key);
    }

    private Answer revoke(String path, String key, String... headers) {
        List<String> all = new ArrayList<>(List.of("Authorization", "Bearer " + key));
        all.addAll(List.of(headers));
        return service.rest.send("POST", path, null, all.toArray(new String[0]));
    }

    private WorkerRecord record(int workerId) {
        return service.workers
                .read("snowflakes", workerId)
                .toCompletableFuture()
                .join()
                .orElseThrow();
    }

    private void other(int workerId, long fromTick, long toTick, String layout) {
        service.workers.compareAndSet(
                "snowflakes",
                Optional.empty(),
                new WorkerRecord(workerId, UUID.randomUUID(), fromTick, toTick, Duration.ofSeconds(3), layout, 1));
    }

    @Test
    void everyLeaseIsListedWithWhoMayUseIt() {
        long now = IdLayout.SNOWFLAKE.tickAt(System.currentTimeMillis());
        other(6, 100, now + 3_600_000, IdLayout.SNOWFLAKE.fingerprint());
        other(7, 100, 200, IdLayout.SNOWFLAKE.fingerprint());
        other(8, now + 3_600_001, now + 3_600_000, IdLayout.SNOWFLAKE.fingerprint());
        other(9, 100, 200, IdLayout.WIDE.fingerprint());
        other(WorkerRecord.FLOOR, 101, 100, IdLayout.SNOWFLAKE.fingerprint());
        Answer answer = list("reader");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text())
                .startsWith("{\"workers\":[{\"space\":\"snowflakes\",\"workerId\":5,\"state\":\"own\"");
        assertThat(answer.text())
                .contains("\"workerId\":6,\"state\":\"live\"")
                .contains("\"workerId\":7,\"state\":\"free\"")
                .contains("\"workerId\":8,\"state\":\"ended\"")
                .contains("\"workerId\":9,\"state\":\"unknown\"")
                .contains("\"fromTick\":100,\"from\":\""
                        + IdLayout.SNOWFLAKE.epoch().plusMillis(100) + "\"")
                .contains("\"from\":null")
                .contains("\"window\":\"PT3S\"")
                .contains("\"incarnation\":\"" + record(7).incarnation() + "\"")
                .contains("\"layout\":\"" + IdLayout.WIDE.fingerprint() + "\"");
        assertThat(answer.text()).as("the floor is nobody's lease").doesNotContain("2147483647");
        assertThat(list("elsewhere").text()).isEqualTo("{\"workers\":[]}");
        assertThat(list("writer").problem()).isEqualTo("forbidden");
    }

    @Test
    void theHolderOfARevokedLeaseGoesOnToItsLastTickAndThenWithAnotherWorkerId() {
        Set<String> ids = new HashSet<>();
        long last = 0;
        WorkerRecord before;
        Answer answer;
        do { // its holder renews about once a second
            before = record(5);
            answer = revoke(REVOKE, "writer", "If-Match", "\"" + before.revision() + "\"");
        } while (answer.status() == 412);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.header("etag")).isEqualTo("\"" + (before.revision() + 1) + "\"");
        assertThat(answer.text()).contains("\"state\":\"ended\"");
        WorkerRecord ended = record(5);
        assertThat(ended.incarnation()).isNotEqualTo(before.incarnation());
        assertThat(ended.toTick()).isEqualTo(before.toTick());
        assertThat(ended.fromTick()).isEqualTo(before.toTick() + 1);
        Deadline deadline = Deadline.after(Duration.ofSeconds(30), Ticker.system());
        int worker = 5;
        while (worker == 5) {
            assertThat(deadline.expired()).isFalse();
            String id = service.rest
                    .get("/v1/generators/snowflake/ids/next", "Authorization", "Bearer all", "Accept", "text/plain")
                    .text();
            assertThat(ids.add(id)).isTrue();
            long number = Long.parseLong(id);
            assertThat(number).isGreaterThan(last);
            last = number;
            worker = IdLayout.SNOWFLAKE.decode(number).workerId();
            if (worker == 5) {
                assertThat(IdLayout.SNOWFLAKE.decode(number).tick()).isLessThanOrEqualTo(ended.toTick());
            }
        }
        assertThat(record(5)).as("its holder wrote nothing more into it").isEqualTo(ended);
        assertThat(list("all").text()).contains("\"workerId\":" + worker + ",\"state\":\"own\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``|``|428|precondition-required",
                "If-Match|\"99\"|412|precondition-failed",
                "If-Match|\"x\"|412|precondition-failed",
                "If-Match|99|400|malformed-request",
                "If-Match|*|400|malformed-request",
                "If-None-Match|*|412|precondition-failed"
            })
    void aRevocationNeedsTheRevision(String header, String value, int status, String problem) {
        UUID before = record(5).incarnation();
        Answer answer = header.isEmpty() ? revoke(REVOKE, "all") : revoke(REVOKE, "all", header, value);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.problem()).isEqualTo(problem);
        assertThat(record(5).incarnation()).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource({
        "/snowflakes/6/revoke,404,unknown-lease",
        "/snowflakes/1024/revoke,404,unknown-lease",
        "/snowflakes/-1/revoke,404,unknown-lease",
        "/snowflakes/05/revoke,404,unknown-lease",
        "/snowflakes/x/revoke,404,unknown-lease",
        "/snowflakes/99999999999/revoke,404,unknown-lease",
        "/unknown/5/revoke,404,unknown-lease",
        "/a%20b/5/revoke,404,unknown-lease",
        "/..%2f..%2fetc/5/revoke,404,unknown-lease",
        "/snowflakes/5/revoke?force=true,400,invalid-parameter",
        "/snowflakes/5,404,not-found"
    })
    void whatIsNotThereIsNotRevoked(String path, int status, String problem) {
        Answer answer = revoke(WORKERS + path, "all", "If-Match", "\"1\"");
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.problem()).isEqualTo(problem);
    }

    @Test
    void revokingNeedsTheScopeAndTheName() {
        for (String key : List.of("reader", "elsewhere")) {
            assertThat(revoke(REVOKE, key, "If-Match", "\"1\"").problem()).isEqualTo("forbidden");
        }
        assertThat(service.rest.send("POST", REVOKE, null).status()).isEqualTo(401);
        Answer answer;
        do {
            answer = revoke(REVOKE, "all", "If-Match", "\"" + record(5).revision() + "\"");
        } while (answer.status() == 412);
        assertThat(Instant.parse(Rest.json(answer.text()).get("to"))).isAfter(Instant.EPOCH);
    }
}
