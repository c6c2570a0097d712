package dev.pawl.idgen.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.common.Deadline;
import dev.pawl.common.Ticker;
import dev.pawl.idgen.server.Rest.Answer;
import dev.pawl.servers.Postgres;
import dev.pawl.servers.PostgresServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole service over a PostgreSQL that is stopped and comes back. */
@Postgres
@Timeout(120)
@Tag("slow")
class OutageIT {

    private static final String NEXT = "/v1/generators/few/ids/next";

    @TempDir
    Path directory;

    private final PostgresServer server;
    private RealService service;
    private Rest rest;

    OutageIT(PostgresServer server) {
        this.server = server;
    }

    @BeforeEach
    void start() throws Exception {
        service = RealService.start(directory, """
                pawl:
                  store: {url: "%s"}
                  built-in: false
                  generators:
                    few: {kind: segment, step: {floor: 10, ceiling: 10}, max-wait: 200ms}
                    events: {kind: snowflake, max-wait: 200ms}
                """.formatted(server.url()));
        rest = service.rest;
    }

    @AfterEach
    void stop() {
        service.close();
    }

    @Test
    void whileTheStoreIsDownCallsAreToldWhenToComeAgainAndReadinessComesBackByItself() throws Exception {
        awaitReady();
        List<Long> ids = new ArrayList<>(List.of(id(rest.get(NEXT, "Accept", "text/plain"))));
        server.stop();
        Answer refused = null;
        for (int i = 0; i < 100 && refused == null; i++) {
            Answer answer = rest.get(NEXT, "Accept", "text/plain");
            if (answer.status() == 200) {
                ids.add(id(answer));
            } else {
                refused = answer;
            }
        }
        assertThat(refused.problem()).isEqualTo("store-unavailable");
        assertThat(refused.header("retry-after")).isEqualTo("2");
        Answer ready = rest.get("/readyz");
        assertThat(ready.problem()).isEqualTo("store-unavailable");
        // The lease of the other generator may be nearly over by now.
        assertThat(ready.text()).containsPattern("generators=(events,)?few");
        assertThat(rest.get("/livez").status()).isEqualTo(200);
        Answer segment = rest.send("POST", "/v1/tags/few/segments", null, "Pawl-Timeout", "300");
        assertThat(segment.problem()).isEqualTo("store-unavailable");
        assertThat(segment.header("retry-after")).isEqualTo("2");
        server.start();
        // Nobody asks for an id meanwhile, as behind a load balancer.
        awaitReady();
        for (int i = 0; i < 30; i++) {
            ids.add(id(rest.get(NEXT, "Accept", "text/plain")));
        }
        assertThat(ids).doesNotHaveDuplicates().isSorted();
        assertThat(rest.send("POST", "/v1/tags/few/segments", null).status()).isEqualTo(201);
    }

    @Test
    void aLeaseThatCannotBeRenewedEndsInTimeAndGoesOnAfterTheOutage() throws Exception {
        String next = "/v1/generators/events/ids/next";
        awaitReady();
        List<Long> ids = new ArrayList<>(List.of(id(rest.get(next, "Accept", "text/plain"))));
        server.stop();
        Deadline deadline = Deadline.after(Duration.ofSeconds(30), Ticker.system());
        Answer answer = rest.get(next, "Accept", "text/plain");
        boolean readyToTheEnd = true;
        while (answer.status() == 200) {
            assertThat(deadline.expired()).isFalse();
            ids.add(id(answer));
            readyToTheEnd = !rest.get("/readyz").text().contains("events");
            answer = rest.get(next, "Accept", "text/plain");
        }
        assertThat(readyToTheEnd).as("readiness went down before ids ended").isFalse();
        assertThat(answer.problem()).isEqualTo("store-unavailable");
        assertThat(rest.get("/readyz").text()).contains("events");
        server.start();
        awaitReady();
        ids.add(id(rest.get(next, "Accept", "text/plain")));
        assertThat(ids).doesNotHaveDuplicates().isSorted();
    }

    /** So long that a pause which doubles with every failed attempt would be as long as the outage was. */
    @Test
    void afterALongOutageIdsGoOnSoon() throws Exception {
        awaitReady();
        server.stop();
        Deadline outage = Deadline.after(Duration.ofMillis(5500), Ticker.system());
        Answer refused = rest.get(NEXT);
        while (!outage.expired()) {
            refused = rest.get(NEXT);
        }
        assertThat(refused.problem()).isEqualTo("store-unavailable");
        server.start();
        Deadline soon = Deadline.after(Duration.ofSeconds(2), Ticker.system());
        for (String next : List.of(NEXT, "/v1/generators/events/ids/next")) {
            while (rest.get(next).status() != 200) {
                assertThat(soon.expired()).as("ids within 2 s: %s", next).isFalse();
            }
        }
    }

    @Test
    void aStartWaitsForADatabaseThatComesALittleLater() throws Exception {
        server.stop();
        CompletableFuture<RealService> starting = CompletableFuture.supplyAsync(() -> {
            try {
                return RealService.start(
                        Files.createDirectory(directory.resolve("late")),
                        "pawl: {built-in: true, store: {url: \"" + server.url() + "\"}}");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        Deadline later = Deadline.after(Duration.ofSeconds(2), Ticker.system());
        while (!later.expired()) {
            Thread.onSpinWait();
        }
        assertThat(starting).isNotDone();
        server.start();
        try (RealService late = starting.get(30, TimeUnit.SECONDS)) {
            assertThat(late.rest.get("/v1/generators/orders/ids/next").status()).isEqualTo(200);
        }
    }

    /** Waiting would not mend it, and its reason is what an operator needs. */
    @Test
    @Timeout(8)
    void aStartThatTheDatabaseRefusesEndsAtOnceAndSaysWhatItSaid() {
        assertThatThrownBy(() -> RealService.start(
                        Files.createDirectory(directory.resolve("refused")),
                        "pawl: {built-in: true, store: {url: \""
                                + server.url().replaceFirst("user=[^&]*", "user=nobody") + "\", password: hidden}}"))
                .hasMessageContaining("the database must be reachable: pawl.store.url=jdbc:postgresql://")
                .hasMessageEndingWith(", answer=FATAL: role \"nobody\" does not exist")
                .hasMessageNotContaining("hidden");
    }

    private static long id(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return Long.parseLong(answer.text());
    }

    private void awaitReady() {
        Deadline deadline = Deadline.after(Duration.ofSeconds(30), Ticker.system());
        while (rest.get("/readyz").status() != 200) {
            assertThat(deadline.expired()).isFalse();
            Thread.onSpinWait();
        }
    }
}
