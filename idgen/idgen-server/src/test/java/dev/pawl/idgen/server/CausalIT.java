package dev.pawl.idgen.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.idgen.layout.IdLayout;
import dev.pawl.idgen.server.Rest.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CausalIT {

    private static final String YAML = """
            pawl:
              generators:
                least: {kind: snowflake, worker-id: 0}
                greatest: {kind: snowflake, worker-id: 1023}
                texts: {kind: snowflake, worker-id: 7, encoding: {alphabet: base62, width: 11, prefix: E-}}
                seconds: {kind: snowflake, worker-id: 1, layout: {fields: ["tick:35", "worker:8", "sequence:20"], tick-length: 1s}}
                hours: {kind: snowflake, worker-id: 1, layout: {fields: ["tick:25", "worker:8", "sequence:20"], tick-length: 1h}}
                spread: {kind: snowflake, worker-id: 0, layout: {fields: ["worker:10", "tick:41", "sequence:12"]}}
            """;

    @TempDir
    static Path folder;

    private static RealService service;

    @BeforeAll
    static void start() throws IOException {
        service = RealService.start(folder, YAML);
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    private static String next(String generator, String after) {
        Answer answer = service.rest.get(
                "/v1/generators/" + generator + "/ids/next" + (after.isEmpty() ? "" : "?after=" + after),
                "Accept",
                "text/plain");
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.text();
    }

    @Test
    void aDialogueOfTwoWorkersAlwaysRises() {
        String last = next("greatest", "");
        for (int i = 0; i < 200; i++) {
            String answer = next(i % 2 == 0 ? "least" : "greatest", last);
            assertThat(Long.parseLong(answer)).isGreaterThan(Long.parseLong(last));
            last = answer;
        }
    }

    @Test
    void anIdOfALittleAheadIsTakenAndOneOfTooFarIsRefusedWithTheBound() {
        IdLayout layout = IdLayout.SNOWFLAKE;
        String own = next("least", "");
        long far = layout.minIdAt(Instant.now().plusSeconds(60));
        Answer refused = service.rest.get("/v1/generators/least/ids/next?after=" + far);
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.problem()).isEqualTo("id-too-far-ahead");
        assertThat(refused.text()).contains("at most 9 ticks of PT0.001S ahead of the clock: after=" + far);
        // Nothing was taken for it: the next id is of now.
        long next = Long.parseLong(next("least", own));
        assertThat(layout.decode(next).instant()).isBefore(Instant.now().plusSeconds(1));
    }

    @Test
    void anIdOfOneTickTooFarAheadIsTakenAfterATickUnlessThatIsLongerThanACallWaits() {
        long ahead = ticksAhead("tick:35,worker=worker:8,sequence:20;PT1S;2025-01-01T00:00:00Z");
        assertThat(Long.parseLong(next("seconds", Long.toString(ahead)))).isGreaterThan(ahead);
        long far = ticksAhead("tick:25,worker=worker:8,sequence:20;PT1H;2025-01-01T00:00:00Z");
        Answer refused = service.rest.get("/v1/generators/hours/ids/next?after=" + far);
        assertThat(refused.problem()).isEqualTo("id-too-far-ahead");
    }

    /** The least id that is as many ticks ahead of the clock as ids may be given. */
    private static long ticksAhead(String fingerprint) {
        IdLayout layout = IdLayout.parse(fingerprint);
        return layout.minIdAt(Instant.now().plus(layout.tickLength().multipliedBy(10)));
    }

    @Test
    void aTextOfTheEncodingIsTakenToo() {
        String first = next("texts", "");
        String second = next("texts", first);
        assertThat(first).matches("E-[0-9A-Za-z]{11}");
        assertThat(second).isGreaterThan(first);
    }

    @ParameterizedTest
    @CsvSource({
        "least,-1,400,invalid-parameter",
        "least,x,400,invalid-parameter",
        "least,'',400,invalid-parameter",
        "least,01,400,invalid-parameter",
        "least,9223372036854775808,400,invalid-parameter",
        "least,1&after=2,400,invalid-parameter",
        "least,9223372036854775807,409,id-too-far-ahead",
        "texts,5,400,invalid-parameter",
        "texts,E-1,400,invalid-parameter",
        "orders,5,404,no-layout",
        "spread,5,404,no-layout",
        "nothing,5,404,unknown-generator"
    })
    void whatIsNoIdOfTheLayoutIsRefused(String generator, String after, int status, String problem) {
        Answer answer = service.rest.get("/v1/generators/" + generator + "/ids/next?after=" + after);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.problem()).isEqualTo(problem);
        assertThat(service.rest
                        .postJson("/v1/generators/" + generator + "/ids?after=1", "{\"count\":1}")
                        .status())
                .isIn(400, 404);
    }
}
