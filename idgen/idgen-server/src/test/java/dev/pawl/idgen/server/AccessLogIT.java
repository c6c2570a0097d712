package dev.pawl.idgen.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.common.Deadline;
import dev.pawl.common.Ticker;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The log is what slf4j-simple writes to standard error, as in the service. */
@Timeout(60)
class AccessLogIT {

    private static final String NEXT = "/v1/generators/orders/ids/next";

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private PrintStream before;

    @BeforeEach
    void capture() {
        before = System.err;
        System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void restore() {
        System.setErr(before);
    }

    private List<String> lines() {
        return written.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.contains("method="))
                .toList();
    }

    private String line(Predicate<String> wanted) {
        Deadline deadline = Deadline.after(Duration.ofSeconds(20), Ticker.system());
        while (lines().stream().noneMatch(wanted)) {
            assertThat(deadline.expired()).as(lines().toString()).isFalse();
            Thread.onSpinWait();
        }
        return lines().stream().filter(wanted).findFirst().orElseThrow();
    }

    private static TestService service(boolean logged) {
        Key key = TestService.key("secret-of-shop", Set.of(Scope.IDS_READ), "orders");
        return logged ? TestService.withAccessLog(named(key)) : TestService.withKeys(named(key));
    }

    private static Key named(Key key) {
        return new Key("shop", key.sha256(), Set.of(Scope.IDS_READ), Names.ALL, key.limit());
    }

    private static final String[] KEY = {"Authorization", "Bearer secret-of-shop"};

    @Test
    void everyRequestIsALineWithPathStatusTimeAndTheKeysName() throws Exception {
        try (TestService service = service(true)) {
            service.rest.get(NEXT, KEY);
            assertThat(line(l -> l.contains("path=" + NEXT)))
                    .matches(".*INFO .*method=GET path=" + NEXT + " status=200 micros=\\d+ key=shop");
            service.rest.get(NEXT + "?format=number&token=hidden", KEY);
            assertThat(line(l -> l.contains("status=400"))).endsWith("key=shop");
            service.rest.get("/v1/generators/unknown/ids/next", KEY);
            assertThat(line(l -> l.contains("status=404")))
                    .contains("/unknown/")
                    .endsWith("key=shop");
            service.rest.get("/metrics", KEY);
            assertThat(line(l -> l.contains("status=403"))).endsWith("key=shop");
            service.rest.get(NEXT);
            assertThat(line(l -> l.contains("status=401"))).endsWith("key=-");
            service.rest.postJson("/v1/generators/orders/ids", "{\"count\":5}", KEY);
            assertThat(line(l -> l.contains("method=POST")))
                    .contains("status=201")
                    .endsWith("key=shop");
            service.rest.get("/livez");
            assertThat(line(l -> l.contains("path=/livez")))
                    .contains("status=200")
                    .endsWith("key=-");
            assertThat(lines()).hasSize(7);
            assertThat(written.toString(StandardCharsets.UTF_8)).doesNotContain("secret", "hidden", "?");
        }
    }

    @Test
    void aLateAnswerIsALineOnceItIsOut() throws Exception {
        try (TestService service = service(true)) {
            CompletableFuture<Void> gate = service.orders.block();
            CompletableFuture<Integer> status = CompletableFuture.supplyAsync(
                    () -> service.rest.get(NEXT, KEY).status());
            service.rest.get("/livez");
            line(l -> l.contains("path=/livez"));
            gate.complete(null);
            assertThat(status.get()).isEqualTo(200);
            assertThat(line(l -> l.contains("path=" + NEXT)))
                    .contains("status=200")
                    .endsWith("key=shop");
            assertThat(lines()).hasSize(2);
        }
    }

    @Test
    void aClientThatLeavesIsALineToo() throws Exception {
        try (TestService service = service(true)) {
            CompletableFuture<Void> gate = service.orders.block();
            RawHttp raw = new RawHttp(service.port());
            raw.send("GET " + NEXT + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer secret-of-shop\r\n\r\n");
            Deadline deadline = Deadline.after(Duration.ofSeconds(20), Ticker.system());
            while (service.server
                            .generators()
                            .find("orders")
                            .orElseThrow()
                            .stalls
                            .sum()
                    == 0) {
                assertThat(deadline.expired()).isFalse();
                Thread.onSpinWait();
            }
            raw.close();
            assertThat(line(l -> l.contains("path=" + NEXT)))
                    .contains("status=none")
                    .endsWith("key=shop");
            gate.complete(null);
        }
    }

    @Test
    void whatAClientSendsCannotForgeALine() throws Exception {
        try (TestService service = service(true);
                RawHttp raw = new RawHttp(service.port())) {
            raw.send("GET /a%0d%0amethod=GET\u001b[2J\u00e9 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                    .untilClosed();
            assertThat(line(l -> l.contains("path=/a"))).contains("path=/a%0d%0amethod=GET\\u{1b}[2J\\u{e9} status=");
            try (RawHttp garbage = new RawHttp(service.port())) {
                garbage.send("GET / HTTP/1.1\r\nBad Header\r\n\r\n").untilClosed();
                assertThat(line(l -> l.contains("status=400"))).contains("key=-");
            }
        }
    }

    @Test
    void nothingIsLoggedUnlessSwitchedOn() {
        try (TestService service = service(false)) {
            service.rest.get(NEXT, KEY);
            service.rest.get("/livez");
            assertThat(lines()).isEmpty();
        }
    }
}
