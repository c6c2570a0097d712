package dev.pawl.idgen.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.idgen.server.Rest.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

class OpenApiIT {

    private static final Set<String> METHODS = Set.of("get", "head", "post", "put", "delete", "patch", "trace");

    private static TestService service;
    private static Map<String, Map<String, Map<String, Object>>> paths;
    private static Map<String, Object> document;

    @BeforeAll
    static void start() {
        service = TestService.start();
        document = new Yaml().load(service.rest.get("/openapi.yaml").text());
        paths = cast(document.get("paths"));
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @SuppressWarnings("unchecked")
    private static <T> T cast(Object value) {
        return (T) value;
    }

    /** What makes a call succeed, where an empty one would not. */
    private record Sample(String body, String... headers) {

        static Sample of(String method, String path) {
            return switch (method + " " + path) {
                case "post /v1/generators/{name}/ids" -> new Sample("{\"count\":2}");
                case "put /admin/v1/tags/{tag}" -> new Sample("{\"paused\":false}", "If-Match", tagRevision());
                case "post /admin/v1/workers/{space}/{workerId}/revoke" ->
                    new Sample("", "If-Match", "\"" + workerRevision() + "\"");
                default -> new Sample("");
            };
        }

        private static String tagRevision() {
            return service.rest.get("/admin/v1/tags/orders").header("etag");
        }

        private static long workerRevision() {
            return service.workers
                    .read("snowflakes", 5)
                    .toCompletableFuture()
                    .join()
                    .orElseThrow()
                    .revision();
        }

        String[] headers(String accept) {
            List<String> all = new ArrayList<>(List.of(headers));
            if (!accept.isEmpty()) {
                all.addAll(List.of("Accept", accept));
            }
            if (!body.isEmpty()) {
                all.addAll(List.of("Content-Type", "application/json"));
            }
            return all.toArray(new String[0]);
        }
    }

    /** A path with values that work. */
    private static String concrete(String path) {
        if (path.contains("{tag}") || path.contains("{space}")) {
            String filled = path.replace("{tag}", "orders")
                    .replace("{revision}", "1")
                    .replace("{space}", "snowflakes")
                    .replace("{workerId}", "5");
            return path.endsWith("{revision}") ? filled + "?first=1&last=2&lastUsed=0" : filled;
        }
        if (path.startsWith("/tinyid/")) {
            return path + "?bizType=orders";
        }
        String named = path.contains("{id}") || path.endsWith("/bounds") || path.contains("snowflake")
                ? path.replace("{name}", "snowflake").replace("{id}", "249834406888342402")
                : path.replace("{name}", "orders").replace("{file}", "main.js");
        return path.endsWith("/bounds") ? named + "?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z" : named;
    }

    private static Set<String> methods(String path) {
        return paths.get(path).keySet().stream()
                .filter(METHODS::contains)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void everyCallThatIsDescribedAnswersAsDescribed() {
        paths.keySet()
                .forEach(path -> methods(path).forEach(method -> {
                    Map<String, Map<String, Object>> responses =
                            cast(paths.get(path).get(method).get("responses"));
                    String success = responses.keySet().stream()
                            .filter(s -> s.startsWith("2"))
                            .findFirst()
                            .orElseThrow();
                    Map<String, Object> content = cast(responses.get(success).getOrDefault("content", Map.of()));
                    List<String> types = content.isEmpty() ? List.of("") : List.copyOf(content.keySet());
                    for (String type : types) {
                        Sample sample = Sample.of(method, path);
                        Answer answer = service.rest.send(
                                method.toUpperCase(java.util.Locale.ROOT),
                                concrete(path),
                                sample.body().isEmpty() ? null : sample.body().getBytes(StandardCharsets.UTF_8),
                                sample.headers(type));
                        assertThat(answer.status()).as("%s %s", method, path).isEqualTo(Integer.parseInt(success));
                        if (!type.isEmpty()) {
                            assertThat(answer.header("content-type"))
                                    .as("%s %s", method, path)
                                    .startsWith(type);
                        }
                    }
                }));
    }

    @Test
    void everyMethodThatARouteTakesIsDescribedAndNoOther() {
        paths.keySet().forEach(path -> {
            Answer options = service.rest.send("OPTIONS", concrete(path), null);
            Set<String> allowed = Arrays.stream(options.header("allow").split(", "))
                    .map(method -> method.toLowerCase(java.util.Locale.ROOT))
                    .filter(method -> !method.equals("options"))
                    .collect(Collectors.toCollection(TreeSet::new));
            assertThat(methods(path)).as(path).isEqualTo(allowed);
        });
    }

    @Test
    void everyRouteIsDescribed() {
        Set<String> routes = service.server.routes().stream()
                .map(route -> route.replaceAll(":([a-zA-Z]+)", "{$1}"))
                .collect(Collectors.toSet());
        assertThat(paths.keySet()).isEqualTo(routes);
    }

    /** An empty list of demands, as tinyid's calls have it, means that no header is wanted. */
    @Test
    void everyCallThatAKeyMayBeRefusedSaysSo() {
        paths.keySet()
                .forEach(path -> methods(path).stream()
                        .filter(method -> !method.equals("head"))
                        .forEach(method -> {
                            Map<String, Object> call = paths.get(path).get(method);
                            Map<String, Object> responses = cast(call.get("responses"));
                            if (!List.of().equals(call.get("security"))) {
                                assertThat(responses).as("%s %s", method, path).containsKeys("401", "403", "429");
                            }
                        }));
    }

    @Test
    void everyKindOfProblemIsDescribed() {
        Map<String, Map<String, Map<String, Object>>> components = cast(document.get("components"));
        Map<String, Map<String, Object>> properties =
                cast(components.get("schemas").get("Problem").get("properties"));
        List<String> described = cast(properties.get("type").get("enum"));
        assertThat(described)
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(ProblemType.values())
                        .map(ProblemType::uri)
                        .toList());
    }

    @Test
    void thePageOfTheServiceNamesEveryProblemThereIsAndNoOther() throws IOException {
        String page = Files.readString(Path.of("..", "..", "docs", "service.md"));
        String table = page.substring(page.indexOf("| Status | Names |"), page.indexOf("A request without"));
        Set<String> named = Pattern.compile("`([a-z-]+)`")
                .matcher(table)
                .results()
                .map(result -> result.group(1))
                .collect(Collectors.toSet());
        assertThat(named)
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(ProblemType.values())
                        .map(ProblemType::slug)
                        .toList());
    }

    @Test
    void theDescriptionNamesTheLimitsThatHold() {
        String text = service.rest.get("/openapi.yaml").text();
        assertThat(text).contains("maximum: " + IdsBody.MOST_IDS, IdsBody.MOST_BYTES + " bytes", "openapi: 3.1.0");
    }
}
