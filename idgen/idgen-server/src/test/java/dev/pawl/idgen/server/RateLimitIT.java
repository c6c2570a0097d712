package dev.pawl.idgen.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.common.Ticker;
import dev.pawl.idgen.server.Rest.Answer;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RateLimitIT {

    private static final String NEXT = "/v1/generators/orders/ids/next";
    private static final String[] LIMITED = {"Authorization", "Bearer limited"};

    private static final AtomicLong NOW = new AtomicLong();

    private static TestService service;

    @BeforeAll
    static void start() {
        service = TestService.withKeys(limited(NOW::get), TestService.key("free", EnumSet.allOf(Scope.class), "*"));
    }

    private static Key limited(Ticker ticker) {
        return new Key(
                "limited",
                ApiKeys.hash("limited"),
                Set.of(Scope.IDS_READ),
                Names.ALL,
                Optional.of(new RateLimit(2, 4, ticker)));
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @Test
    void aKeyThatComesTooOftenIsToldWhenToComeAgain() {
        NOW.addAndGet(60_000_000_000L);
        // Whatever a request is for, and whether it may: batches, other forms, scopes and paths that are not there.
        List<Answer> passed = List.of(
                service.rest.get(NEXT, LIMITED),
                service.rest.postJson("/v1/generators/orders/ids", "{\"count\":1000}", LIMITED),
                service.rest.get("/metrics", LIMITED),
                service.rest.get("/v1/nothing", LIMITED));
        assertThat(passed).extracting(Answer::status).containsExactly(200, 201, 403, 404);
        List<Answer> refused = List.of(
                service.rest.get(NEXT, LIMITED),
                service.rest.get(NEXT + "?format=string", LIMITED),
                service.rest.postJson("/v1/generators/orders/ids", "{\"count\":1}", LIMITED),
                service.rest.send("DELETE", NEXT, null, LIMITED),
                service.rest.get("/metrics", LIMITED),
                service.rest.get("/v1/nothing", LIMITED));
        for (Answer answer : refused) {
            assertThat(answer.status()).isEqualTo(429);
            assertThat(answer.problem()).isEqualTo("too-many-requests");
            assertThat(answer.header("retry-after")).isEqualTo("1");
            assertThat(answer.header("ratelimit-policy")).isEqualTo("\"requests\";q=2;w=1");
            assertThat(answer.header("ratelimit")).isEqualTo("\"requests\";r=0;t=1");
        }
        NOW.addAndGet(500_000_000);
        assertThat(service.rest.get(NEXT, LIMITED).status()).isEqualTo(200);
        assertThat(service.rest.get(NEXT, LIMITED).status()).isEqualTo(429);
        String metrics =
                service.rest.get("/metrics", "Authorization", "Bearer free").text();
        assertThat(metrics)
                .contains("pawl_http_rejected_total{key=\"limited\",type=\"too-many-requests\"} 7.0")
                .contains("pawl_http_problems_total{type=\"too-many-requests\"} 7.0");
    }

    @Test
    void aKeyThatComesAsATokenIsLimitedToo() {
        String token = "?bizType=orders&token=limited";
        try (TestService own = TestService.withKeys(limited(() -> 0))) {
            for (int i = 0; i < 4; i++) {
                assertThat(own.rest.get("/tinyid/id/nextId" + token).text()).contains("\"code\":200");
            }
            Answer refused = own.rest.get("/tinyid/id/nextId" + token);
            assertThat(refused.text()).contains("\"data\":null,\"code\":6").contains("at most 2 requests a second");
            assertThat(refused.header("ratelimit")).isEqualTo("\"requests\";r=0;t=1");
            assertThat(own.rest.get("/tinyid/id/nextSegmentIdSimple" + token).text())
                    .isEmpty();
            assertThat(own.rest.get("/api/segment/get/orders", LIMITED).problem())
                    .isEqualTo("too-many-requests");
        }
    }

    @Test
    void anotherKeyIsNotHeldUp() {
        for (int i = 0; i < 20; i++) {
            assertThat(service.rest.get(NEXT, "Authorization", "Bearer free").status())
                    .isEqualTo(200);
        }
    }
}
