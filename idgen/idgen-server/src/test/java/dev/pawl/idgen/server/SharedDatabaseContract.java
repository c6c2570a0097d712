package dev.pawl.idgen.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.common.Deadline;
import dev.pawl.common.Ticker;
import dev.pawl.idgen.layout.IdLayout;
import dev.pawl.idgen.server.Rest.Answer;
import dev.pawl.servers.SqlServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two services on one database, each told nothing but its URL. */
@Timeout(120)
abstract class SharedDatabaseContract {

    @TempDir
    Path folder;

    private RealService one;
    private RealService two;

    abstract SqlServer server();

    @BeforeEach
    void start() throws Exception {
        String yaml = "pawl: {store: {url: '" + server().newDatabase() + "'}}";
        one = start("one", yaml);
        two = start("two", yaml);
    }

    private RealService start(String name, String yaml) throws IOException {
        return RealService.start(Files.createDirectory(folder.resolve(name)), yaml);
    }

    @AfterEach
    void stop() {
        for (RealService service : new RealService[] {one, two}) {
            if (service != null) {
                service.close();
            }
        }
    }

    private static List<String> ids(RealService service, String generator) {
        Answer answer = service.rest.postJson(
                "/v1/generators/" + generator + "/ids", "{\"count\":500}", "Accept", "text/plain");
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return answer.text().lines().toList();
    }

    /** The worker id's state and revision, by space and worker id. */
    private static Map<String, JsonObject> leases(RealService service) {
        return new JsonObject(service.rest.get("/admin/v1/workers").text())
                .getJsonArray("workers").stream()
                        .map(JsonObject.class::cast)
                        .collect(Collectors.toMap(
                                lease -> lease.getString("space") + "/" + lease.getInteger("workerId"), l -> l));
    }

    private static int worker(RealService service) {
        long id = Long.parseLong(ids(service, "snowflake").get(0));
        return IdLayout.SNOWFLAKE.decode(id).workerId();
    }

    @Test
    void eachLeasesItsOwnWorkerIdsAndShowsTheOthers() {
        for (String generator : List.of("orders", "snowflake", "sonyflake")) {
            Set<String> all = new HashSet<>();
            for (int i = 0; i < 4; i++) {
                for (RealService service : List.of(one, two)) {
                    assertThat(ids(service, generator)).as(generator).allMatch(all::add);
                }
            }
        }
        assertThat(worker(one)).isNotEqualTo(worker(two));
        Map<String, JsonObject> byOne = leases(one);
        Map<String, JsonObject> byTwo = leases(two);
        assertThat(byOne).hasSize(4).containsOnlyKeys(byTwo.keySet());
        byOne.forEach((name, lease) -> assertThat(
                        Set.of(lease.getString("state"), byTwo.get(name).getString("state")))
                .as(name)
                .containsExactlyInAnyOrder("own", "live"));
        assertThat(byOne.get("snowflake/" + worker(one)).getString("state")).isEqualTo("own");
        assertThat(folder.resolve("one").resolve("data")).doesNotExist();
    }

    @Test
    void aLeaseThatTheOtherRevokedIsReplacedAndNoIdComesTwice() {
        int lost = worker(two);
        String lease = "/admin/v1/workers/snowflake/" + lost;
        Answer revoked = revoke(lease, leases(one).get("snowflake/" + lost));
        assertThat(revoked.text()).contains("\"state\":\"ended\"");
        long end = Long.parseLong(Rest.json(revoked.text()).get("toTick"));
        Set<String> all = new HashSet<>();
        Set<Integer> workers = new HashSet<>();
        Deadline deadline = Deadline.after(Duration.ofSeconds(30), Ticker.system());
        while (!workers.contains(worker(two)) || workers.size() < 2) {
            assertThat(deadline.expired()).isFalse();
            for (String id : ids(two, "snowflake")) {
                assertThat(all.add(id)).isTrue();
                var decoded = IdLayout.SNOWFLAKE.decode(Long.parseLong(id));
                workers.add(decoded.workerId());
                assertThat(decoded.workerId() != lost || decoded.tick() <= end).isTrue();
            }
        }
        assertThat(workers).contains(lost).doesNotContain(worker(one));
    }

    /** The holder renews about once a second, so its revision may have moved on since it was read. */
    private Answer revoke(String lease, JsonObject read) {
        String number = read.getString("revision");
        Answer answer = one.rest.send("POST", lease + "/revoke", null, "If-Match", "\"" + number + "\"");
        for (int i = 0; i < 10 && answer.status() == 412; i++) {
            String revision = leases(one)
                    .get(lease.substring("/admin/v1/workers/".length()))
                    .getString("revision");
            answer = one.rest.send("POST", lease + "/revoke", null, "If-Match", "\"" + revision + "\"");
        }
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer;
    }

    @Test
    void aChangeThroughTheOneBindsTheOther() {
        byte[] pause = "{\"paused\":true}".getBytes(StandardCharsets.UTF_8);
        String tag = "/admin/v1/tags/shared";
        assertThat(one.rest.send("PUT", tag, null, "If-None-Match", "*").status())
                .isEqualTo(201);
        assertThat(two.rest.send("POST", "/v1/tags/shared/segments", null).text())
                .contains("\"first\":\"1\"");
        assertThat(one.rest.send("PUT", tag, pause, "If-Match", "\"0\"").status())
                .as("a range was reserved since")
                .isEqualTo(412);
        String etag = one.rest.get(tag).header("etag");
        List<CompletableFuture<Integer>> both = List.of(one, two).stream()
                .map(service -> CompletableFuture.supplyAsync(() ->
                        service.rest.send("PUT", tag, pause, "If-Match", etag).status()))
                .toList();
        assertThat(both).extracting(CompletableFuture::join).containsExactlyInAnyOrder(200, 412);
        for (RealService service : List.of(one, two)) {
            assertThat(service.rest
                            .send("POST", "/v1/tags/shared/segments", null)
                            .problem())
                    .isEqualTo("tag-paused");
        }
    }
}
