package dev.pawl.idgen.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** A client that holds every error body against what must never be in one. */
final class Rest {

    /** Class names, stack traces, SQL and paths. */
    private static final Pattern LEAK = Pattern.compile("Exception|at [a-z]+\\.|SQL|jdbc|/[a-z]+/[a-z]+/");

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final int port;

    Rest(int port) {
        this.port = port;
    }

    /** An answer; its text is the body in UTF-8. */
    record Answer(int status, HttpResponse<byte[]> response) {

        String text() {
            return new String(response.body(), StandardCharsets.UTF_8);
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        /** The problem's slug, once the whole answer was held against RFC 9457. */
        String problem() {
            assertThat(header("content-type")).isEqualTo("application/problem+json");
            assertThat(header("cache-control")).isEqualTo("no-store");
            Map<String, String> members = json(text());
            String type = members.getOrDefault("type", "");
            if (type.endsWith(":exhausted")) {
                members.remove("maxId"); // which only ranges have
            }
            assertThat(members).containsOnlyKeys("type", "title", "status", "detail");
            assertThat(members.get("status")).isEqualTo(Integer.toString(status));
            assertThat(type).startsWith("urn:pawl:problem:");
            if (status == 503) {
                assertThat(Integer.parseInt(header("retry-after"))).isPositive();
            }
            return type.substring("urn:pawl:problem:".length());
        }
    }

    Answer get(String path, String... headers) {
        return send("GET", path, null, headers);
    }

    Answer post(String path, byte[] body, String... headers) {
        return send("POST", path, body, headers);
    }

    Answer postJson(String path, String body, String... headers) {
        String[] all = new String[headers.length + 2];
        System.arraycopy(headers, 0, all, 2, headers.length);
        all[0] = "Content-Type";
        all[1] = "application/json";
        return post(path, body.getBytes(StandardCharsets.UTF_8), all);
    }

    Answer send(String method, String path, byte[] body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(20))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            HttpResponse<byte[]> response = client.send(request.build(), BodyHandlers.ofByteArray());
            Answer answer = new Answer(response.statusCode(), response);
            assertThat(answer.header("server")).isEmpty();
            if (answer.status() >= 400) {
                requireNoLeak(answer.text());
            }
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    static void requireNoLeak(String body) {
        assertThat(LEAK.matcher(body).find()).as(body).isFalse();
    }

    /** The service goes on: the next id is served. */
    void requireGoesOn() {
        Answer next = get("/v1/generators/orders/ids/next", "Accept", "text/plain");
        assertThat(next.status()).isEqualTo(200);
        assertThat(next.text()).matches("[1-9][0-9]*");
    }

    /** The scalar members of a JSON object. */
    static Map<String, String> json(String text) {
        Map<String, String> members = new LinkedHashMap<>();
        try (JsonParser json = new JsonFactory().createParser(text)) {
            assertThat(json.nextToken()).isEqualTo(JsonToken.START_OBJECT);
            while (json.nextToken() != JsonToken.END_OBJECT) {
                String name = json.currentName();
                if (json.nextToken().isStructStart()) {
                    json.skipChildren();
                    members.put(name, "");
                } else {
                    members.put(name, json.getText());
                }
            }
            assertThat(json.nextToken()).isNull();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return members;
    }
}
