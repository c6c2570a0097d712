package dev.pawl.idgen.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.common.Deadline;
import dev.pawl.common.Ticker;
import dev.pawl.servers.Missing;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A headless Chromium with one page, driven over its DevTools protocol; keeps what the page complained of. */
final class Chromium implements AutoCloseable, WebSocket.Listener {

    private static final List<Path> PLACES = List.of(
            Path.of("/usr/bin/chromium"), Path.of("/usr/bin/chromium-browser"), Path.of("/usr/bin/google-chrome"));

    private final Process process;
    private final WebSocket socket;
    private final AtomicInteger calls = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonObject>> answers = new ConcurrentHashMap<>();
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final StringBuilder message = new StringBuilder();
    private final String session;

    private Chromium(Process process, String address) {
        this.process = process;
        this.socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create(address), this)
                .join();
        String target = call("Target.createTarget", new JsonObject().put("url", "about:blank"), null)
                .getString("targetId");
        this.session = call(
                        "Target.attachToTarget",
                        new JsonObject().put("targetId", target).put("flatten", true),
                        null)
                .getString("sessionId");
        for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
            call(domain + ".enable", new JsonObject());
        }
    }

    /** Starts it; its files go into the folder. */
    static Chromium start(Path folder) throws IOException {
        Path program = PLACES.stream()
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> Missing.tool("Chromium is missing: install chromium"));
        ProcessBuilder builder = new ProcessBuilder(
                        program.toString(),
                        "--headless=new",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--no-first-run",
                        "--hide-scrollbars",
                        "--disable-background-networking",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + folder.resolve("chromium"),
                        "about:blank")
                .redirectError(folder.resolve("chromium.log").toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("TMPDIR", folder.toString());
        Process process = builder.start();
        Path log = folder.resolve("chromium.log");
        String marker = "DevTools listening on ";
        Deadline deadline = Deadline.after(Duration.ofSeconds(60), Ticker.system());
        while (true) {
            assertThat(process.isAlive() && !deadline.expired())
                    .as(Files.readString(log))
                    .isTrue();
            try (BufferedReader lines = Files.newBufferedReader(log);
                    Stream<String> all = lines.lines()) {
                String found =
                        all.filter(line -> line.startsWith(marker)).findFirst().orElse("");
                if (!found.isEmpty()) {
                    return new Chromium(
                            process, found.substring(marker.length()).strip());
                }
            }
        }
    }

    JsonObject call(String method, JsonObject parameters) {
        return call(method, parameters, session);
    }

    private JsonObject call(String method, JsonObject parameters, String inSession) {
        int id = calls.incrementAndGet();
        CompletableFuture<JsonObject> answer = new CompletableFuture<>();
        answers.put(id, answer);
        JsonObject request =
                new JsonObject().put("id", id).put("method", method).put("params", parameters);
        if (inSession != null) {
            request.put("sessionId", inSession);
        }
        socket.sendText(request.encode(), true).join();
        JsonObject result = answer.orTimeout(30, TimeUnit.SECONDS).join();
        assertThat(result.containsKey("error")).as("%s: %s", method, result).isFalse();
        return result.getJsonObject("result");
    }

    /** The value of an expression, in the page. */
    Object evaluate(String expression) {
        JsonObject result = call(
                "Runtime.evaluate",
                new JsonObject()
                        .put("expression", expression)
                        .put("returnByValue", true)
                        .put("awaitPromise", true));
        assertThat(result.containsKey("exceptionDetails"))
                .as(expression + result)
                .isFalse();
        return result.getJsonObject("result").getValue("value");
    }

    /** Waits until an expression holds in the page. */
    void await(String expression) {
        Deadline deadline = Deadline.after(Duration.ofSeconds(30), Ticker.system());
        while (!Boolean.TRUE.equals(evaluate(expression))) {
            assertThat(deadline.expired())
                    .as("%s in %s", expression, evaluate("document.body.innerText"))
                    .isFalse();
        }
    }

    void open(String url) {
        call("Page.navigate", new JsonObject().put("url", url));
        await("document.readyState === 'complete' && location.href === '" + url + "'");
    }

    /** How the page is to look: the width in CSS pixels, and light or dark. */
    void look(int width, String scheme) {
        call(
                "Emulation.setDeviceMetricsOverride",
                new JsonObject()
                        .put("width", width)
                        .put("height", 900)
                        .put("deviceScaleFactor", 1)
                        .put("mobile", false));
        JsonObject feature =
                new JsonObject().put("name", "prefers-color-scheme").put("value", scheme);
        call("Emulation.setEmulatedMedia", new JsonObject().put("features", new JsonArray().add(feature)));
    }

    /** Writes the page's upper part as a picture. */
    void picture(Path file, int width, int height) throws IOException {
        JsonObject clip = new JsonObject()
                .put("x", 0)
                .put("y", 0)
                .put("width", width)
                .put("height", height)
                .put("scale", 1);
        String data = call(
                        "Page.captureScreenshot",
                        new JsonObject().put("captureBeyondViewport", true).put("clip", clip))
                .getString("data");
        Files.createDirectories(file.getParent());
        Files.write(file, Base64.getDecoder().decode(data));
    }

    /** What went wrong in the page since the start: exceptions, errors in its console, refusals of its policy. */
    List<String> complaints() {
        return complaints;
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        message.append(data);
        if (last) {
            received(new JsonObject(message.toString()));
            message.setLength(0);
        }
        from.request(1);
        return null;
    }

    private void received(JsonObject told) {
        if (told.containsKey("id")) {
            answers.remove(told.getInteger("id")).complete(told);
            return;
        }
        JsonObject parameters = told.getJsonObject("params");
        switch (told.getString("method")) {
            case "Runtime.exceptionThrown", "Log.entryAdded" -> complaints.add(parameters.encode());
            case "Runtime.consoleAPICalled" -> {
                if (!parameters.getString("type").equals("log")) {
                    complaints.add(parameters.encode());
                }
            }
            default -> {}
        }
    }

    @Override
    public void close() {
        call("Browser.close", new JsonObject(), null);
        process.onExit().orTimeout(30, TimeUnit.SECONDS).join();
    }
}
