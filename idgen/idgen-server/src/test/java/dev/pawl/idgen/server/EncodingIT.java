package dev.pawl.idgen.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.idgen.server.Rest.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EncodingIT {

    private static final String KEY = "8f3a5ee53da4abf0a0a7a09d3bb0bd43fe30a3a4e0ad80fc7ee5d0a2c6ddab05";
    private static final String OTHER = "0123456789abcdef0123456789abcdef";
    private static final String YAML = """
            pawl:
              generators:
                invoices:
                  kind: segment
                  encoding:
                    alphabet: crockford32
                    prefix: INV-
                    width: 8
                    check: true
                    permutation: {domain: "10^12", key-file: invoices.key}
                coupons:
                  kind: segment
                  encoding:
                    alphabet: decimal
                    permutation: {domain: "10^9", current: 2, keys: {1: {key: "%s"}, 2: {key: "%s"}}}
                padded: {kind: segment, encoding: {alphabet: decimal, width: 6}}
                events: {kind: snowflake, encoding: {alphabet: base62, width: 11}}
                js: {kind: snowflake, layout: {preset: javascript}, encoding: {alphabet: base36, prefix: J}}
            """.formatted(KEY, OTHER);

    @TempDir
    static Path folder;

    private static RealService service;
    private static Rest rest;

    @BeforeAll
    static void start() throws IOException {
        Files.writeString(folder.resolve("invoices.key"), KEY + "\n");
        String wider = "pawl: {generators: {padded: {kind: segment, first-id: 999990}}}";
        // The tag exists before, with bounds that reach beyond its texts.
        RealService.start(folder, wider).close();
        service = RealService.start(folder, YAML);
        rest = service.rest;
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    private static String ids(String generator) {
        return "/v1/generators/" + generator + "/ids";
    }

    @Test
    void oneIdIsATextInEveryForm() {
        String text = "INV-[0-9A-Z]{8}[0-9A-Z*~$=]";
        assertThat(rest.get(ids("invoices") + "/next").text()).matches("\\{\"id\":\"" + text + "\"}");
        assertThat(rest.get(ids("invoices") + "/next", "Accept", "text/plain").text())
                .matches(text);
        assertThat(rest.get(ids("invoices") + "/next", "Accept", "application/x-ndjson")
                        .text())
                .matches("\\{\"id\":\"" + text + "\"}\n");
    }

    @ParameterizedTest
    @CsvSource({"1", "50", "51", "1000", "100000"})
    void aBatchIsTextsOfNumbersInIncreasingOrder(int count) {
        String body = "{\"count\":" + count + "}";
        String[] lines = rest.postJson(ids("events"), body, "Accept", "text/plain")
                .text()
                .split("\n");
        assertThat(lines).hasSize(count).doesNotHaveDuplicates().isSorted();
        assertThat(rest.postJson(ids("events"), body).text().split(",")).hasSize(count);
        assertThat(rest.postJson(ids("events"), body, "Accept", "application/x-ndjson")
                        .text()
                        .lines())
                .hasSize(count);
    }

    @Test
    void everyTextLeadsBackToItsNumber() {
        List<Long> numbers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            String text =
                    rest.get(ids("coupons") + "/next", "Accept", "text/plain").text();
            assertThat(text).matches("2[0-9]{8}");
            Answer decoded = rest.get(ids("coupons") + "/" + text);
            numbers.add(Long.parseLong(Rest.json(decoded.text()).get("number")));
            assertThat(decoded.text()).isEqualTo("{\"id\":\"" + text + "\",\"number\":\"" + numbers.get(i) + "\"}");
        }
        assertThat(numbers).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void aTextOfALayoutIsTakenApartToo() {
        String text = rest.get(ids("js") + "/next", "Accept", "text/plain").text();
        assertThat(Rest.json(rest.get(ids("js") + "/" + text).text()))
                .containsKeys("id", "number", "instant", "tick", "workerId", "sequence", "fields")
                .containsEntry("id", text);
    }

    @Test
    void bytesAndNumbersAreNotOffered() {
        for (String query : List.of("", "?format=number")) {
            String accept = query.isEmpty() ? "application/octet-stream" : "application/json";
            Answer one = rest.get(ids("invoices") + "/next" + query, "Accept", accept);
            assertThat(one.problem()).isEqualTo("not-acceptable");
            assertThat(one.status()).isEqualTo(406);
            assertThat(rest.postJson(ids("invoices") + query, "{\"count\":2}", "Accept", accept)
                            .problem())
                    .isEqualTo("not-acceptable");
        }
        assertThat(rest.get(ids("invoices") + "/next", "Accept", "application/octet-stream, text/plain;q=0.5")
                        .header("content-type"))
                .startsWith("text/plain");
    }

    @ParameterizedTest
    @CsvSource({
        "invoices,INV-00000000",
        "invoices,5",
        "invoices,INV-",
        "invoices,inv-000000000",
        "coupons,1",
        "coupons,312345678",
        "coupons,2123456789",
        "padded,1000000",
        "js,JZZZZZZZZZZZZZ",
        "js,J1Y2P0IJ32E8E7",
        "events,zzzzzzzzzzz"
    })
    void whatIsNoTextIsRefused(String generator, String text) {
        Answer answer = rest.get(ids(generator) + "/" + text);
        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.problem()).isEqualTo("invalid-id");
        assertThat(answer.text()).contains("a text of the generator's encoding: id=" + text);
    }

    @Test
    void aSegmentEndsWhereItsTextsEnd() {
        for (int i = 0; i < 10; i++) {
            assertThat(rest.get(ids("padded") + "/next").text()).isEqualTo("{\"id\":\"99999" + i + "\"}");
        }
        assertThat(rest.get(ids("padded") + "/next").problem()).isEqualTo("exhausted");
        Answer batch = rest.postJson(ids("padded"), "{\"count\":100}");
        assertThat(batch.problem()).isEqualTo("exhausted");
        assertThat(batch.text()).contains("every id that the encoding has a text for has been given: generator=padded");
    }

    @Test
    void batchesSideBySideShareNothing() {
        List<CompletableFuture<String>> answers = IntStream.range(0, 16)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> rest.postJson(ids("invoices"), "{\"count\":2000}", "Accept", "text/plain")
                                .text()))
                .toList();
        List<String> texts =
                answers.stream().flatMap(answer -> answer.join().lines()).toList();
        assertThat(texts).hasSize(32_000).doesNotHaveDuplicates();
    }

    @Test
    void neighboursDoNotLookAlike() {
        long[] texts = rest.postJson(ids("coupons"), "{\"count\":100}", "Accept", "text/plain")
                .text()
                .lines()
                .mapToLong(Long::parseLong)
                .toArray();
        long close = LongStream.range(1, texts.length)
                .filter(i -> Math.abs(texts[(int) i] - texts[(int) i - 1]) < 1000)
                .count();
        assertThat(close).isLessThan(5);
    }

    @Test
    void theKeyIsNowhereToBeSeen() {
        List<String> seen = new ArrayList<>(List.of(
                rest.get("/metrics").text(),
                rest.get("/v1/generators").text(),
                rest.get(ids("invoices") + "/" + KEY.substring(0, 8)).text(),
                rest.get("/admin/v1/tags").text()));
        ServiceConfig config = ConfigLoader.load(
                java.util.Optional.of(folder.resolve("pawl.yaml")), java.util.Map.of("PORT", "0"), folder);
        seen.add(config.toString());
        seen.add(Arrays.toString(config.generators().toArray()));
        for (String text : seen) {
            assertThat(text).doesNotContain(KEY).doesNotContain(OTHER);
        }
        assertThat(rest.get("/v1/generators").text()).contains("\"encoded\":true");
    }
}
