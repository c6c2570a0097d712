package dev.pawl.benchmarks.rest;

import dev.pawl.benchmarks.Report;
import dev.pawl.benchmarks.Spread;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Loads the id service, an empty Vert.x server and an empty servlet with wrk, in turn, and prints the ratio of each
 * round's neighbours. All three run all the time; only one is loaded.
 */
public final class RestBench {

    private static final int CONNECTIONS = 64;
    private static final int BATCH = 1_000;
    private static final String NEXT = "/v1/generators/orders/ids/next";
    private static final String IDS = "/v1/generators/orders/ids";
    private static final SortedMap<String, String> FORMATS =
            new TreeMap<>(Map.of("batch-json", "application/json", "batch-binary", "application/octet-stream"));
    private static final List<String> CLIENT_SOURCES = List.of("generator", "cursor");
    private static final Pattern CHECKED = Pattern.compile("checked (\\d+) (\\d+) (\\d+)");

    private final boolean quick;
    private final Path directory;
    private final Report report;
    private final Map<String, List<Double>> perSecond = new LinkedHashMap<>();
    private final Map<String, List<Double>> processorMicros = new LinkedHashMap<>();
    private final Map<String, List<Double>> p99Micros = new LinkedHashMap<>();
    private final Map<String, List<ClientIds.Taken>> byClient = new LinkedHashMap<>();

    private RestBench(boolean quick, Path directory) {
        this.quick = quick;
        this.directory = directory;
        this.report = new Report("The id service: results", quick ? "./bench rest --quick" : "./bench rest");
    }

    /**
     * Runs everything.
     *
     * @param args the file that the page is written to, the service's jar, an empty directory, and {@code --quick} or
     *     nothing
     * @throws Exception if a server does not start or an answer is wrong
     */
    public static void main(String[] args) throws Exception {
        RestBench bench = new RestBench(
                List.of(args).contains("--quick"), Path.of(args[2]).toAbsolutePath());
        bench.run(Path.of(args[1]).toAbsolutePath());
        bench.ratios();
        bench.report.write(Path.of(args[0]));
        System.out.print(bench.report.terminal());
    }

    private void run(Path jar) throws IOException, InterruptedException {
        int port = ServerProcess.freePort();
        try (ServerProcess service = ServerProcess.start(
                port, directory, "/readyz", Map.of("PORT", String.valueOf(port)), List.of("-jar", jar.toString()))) {
            warmUp(service, NEXT);
            int length = get(service.url(NEXT)).length();
            try (ServerProcess vertx = empty(EmptyVertx.class, length);
                    ServerProcess servlet = empty(EmptyServlet.class, length)) {
                warmUp(vertx, "/");
                warmUp(servlet, "/");
                checkBatches(service);
                measure(service, vertx, servlet);
            }
        }
    }

    private ServerProcess empty(Class<?> main, int length) throws IOException, InterruptedException {
        int port = ServerProcess.freePort();
        return ServerProcess.start(
                port,
                directory,
                "/",
                Map.of(),
                List.of(
                        "-cp",
                        System.getProperty("java.class.path"),
                        main.getName(),
                        String.valueOf(port),
                        String.valueOf(length)));
    }

    private int seconds() {
        return quick ? 3 : 5;
    }

    private void warmUp(ServerProcess server, String path) throws IOException, InterruptedException {
        Wrk.run(quick ? 8 : 15, CONNECTIONS, single(server, path));
    }

    private static List<String> single(ServerProcess server, String path) {
        return List.of("-H", "Accept: text/plain", server.url(path));
    }

    private static String get(String url) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .header("Accept", "text/plain")
                .build();
        String body = HttpClient.newHttpClient()
                .send(request, BodyHandlers.ofString())
                .body();
        if (!body.matches("\\d+")) {
            throw new IllegalStateException("an id must be digits and nothing else: body=" + body);
        }
        return body;
    }

    /** Looks at every answer of a short run, which warms the batches up as well. */
    private void checkBatches(ServerProcess service) throws IOException, InterruptedException {
        for (Map.Entry<String, String> format : FORMATS.entrySet()) {
            Wrk.Result result =
                    Wrk.run(quick ? 5 : 10, CONNECTIONS, batch(service, "checked-batch.lua", format.getValue()));
            Matcher checked = CHECKED.matcher(result.output());
            if (!checked.find() || Long.parseLong(checked.group(1)) == 0 || Long.parseLong(checked.group(3)) != 0) {
                throw new IllegalStateException("every answer must be 201 with 1,000 ids: " + result.output());
            }
            report.note("Every answer of a run of its own was looked at: " + format.getKey() + ", " + checked.group(1)
                    + " answers of status 201 with " + checked.group(2) + " ids.");
        }
    }

    private List<String> batch(ServerProcess service, String script, String accept) throws IOException {
        Path file = directory.resolve(script);
        if (!Files.exists(file)) {
            try (InputStream in = Objects.requireNonNull(RestBench.class.getResourceAsStream("/wrk/" + script))) {
                Files.copy(in, file);
            }
        }
        return List.of("-s", file.toString(), service.url(IDS), "--", accept);
    }

    private void measure(ServerProcess service, ServerProcess vertx, ServerProcess servlet)
            throws IOException, InterruptedException {
        int rounds = quick ? 8 : 15;
        for (int round = 0; round < rounds; round++) {
            List<ServerProcess> order =
                    round % 2 == 0 ? List.of(service, vertx, servlet) : List.of(servlet, vertx, service);
            for (ServerProcess server : order) {
                String name = server == service ? "service" : server == vertx ? "empty-vertx" : "empty-servlet";
                load(name, server, single(server, server == service ? NEXT : "/"));
            }
            for (Map.Entry<String, String> format : FORMATS.entrySet()) {
                load(format.getKey(), service, batch(service, "batch.lua", format.getValue()));
            }
            for (String source : CLIENT_SOURCES) {
                ClientIds.Taken taken = ClientIds.fork(service.url("/"), source, quick ? 1 : 3);
                byClient.computeIfAbsent(source, s -> new ArrayList<>()).add(taken);
            }
            System.err.println("round " + (round + 1) + " of " + rounds + " done");
        }
    }

    private void load(String name, ServerProcess server, List<String> arguments)
            throws IOException, InterruptedException {
        Duration before = server.processorTime();
        Wrk.Result result = Wrk.run(seconds(), CONNECTIONS, arguments);
        double micros = server.processorTime().minus(before).toNanos() / 1e3;
        if (name.startsWith("batch") && result.bytesPerAnswer() < 8 * BATCH) {
            throw new IllegalStateException("an answer must be long enough for 1,000 ids: " + result.output());
        }
        perSecond.computeIfAbsent(name, n -> new ArrayList<>()).add(result.perSecond());
        processorMicros.computeIfAbsent(name, n -> new ArrayList<>()).add(micros / result.requests());
        p99Micros.computeIfAbsent(name, n -> new ArrayList<>()).add(result.p99Micros());
    }

    private void ratios() {
        report.note("wrk on loopback, 2 threads, " + CONNECTIONS
                + " connections, on the same processors as the servers; " + seconds() + " s a run, after a warm-up.");
        report.note("Ratios are medians of the ratios of neighbouring runs. Every server has a heap of 512 MiB.");
        List<List<String>> rows = new ArrayList<>();
        perSecond.forEach((name, values) -> {
            Spread spread = Spread.of(values);
            Spread micros = Spread.of(p99Micros.get(name));
            Spread processor = Spread.of(processorMicros.get(name));
            rows.add(List.of(
                    name,
                    Spread.number(spread.median()),
                    spread.range(),
                    Spread.number(micros.median()),
                    Spread.number(processor.median()) + " (" + processor.range() + ")"));
        });
        report.table(
                "Answers per second",
                List.of(
                        "Server",
                        "Median",
                        "Least - greatest",
                        "99th percentile (µs)",
                        "server's processor time per answer (µs)"),
                rows);
        report.ratio(
                "rest-vs-empty-vertx",
                Spread.ofRatios(perSecond.get("service"), perSecond.get("empty-vertx")),
                ">= 0.9");
        report.ratio(
                "rest-vs-empty-servlet",
                Spread.ofRatios(perSecond.get("service"), perSecond.get("empty-servlet")),
                ">= 1.8");
        for (String server : List.of("service", "empty-vertx", "empty-servlet")) {
            report.ratio(
                    "rest-" + server + "-kids-per-s",
                    Spread.of(perSecond.get(server)).times(1e-3),
                    "");
        }
        for (String peer : List.of("empty-vertx", "empty-servlet")) {
            report.ratio(
                    "rest-vs-" + peer + "-by-processor-time",
                    Spread.ofRatios(processorMicros.get(peer), processorMicros.get("service")),
                    "");
        }
        report.ratio(
                "rest-batch-json-mids-per-s",
                Spread.of(perSecond.get("batch-json")).times(BATCH * 1e-6),
                ">= 30");
        report.ratio(
                "rest-batch-binary-mids-per-s",
                Spread.of(perSecond.get("batch-binary")).times(BATCH * 1e-6),
                ">= 60");
        clientRatios();
    }

    private void clientRatios() {
        report.note("client-mids-per-s is one thread that calls nextId() of the client's SegmentGenerator with default"
                + " options and compares each id with the one before, in a JVM of its own per run, " + (quick ? 1 : 3)
                + " s to warm up and as long to measure; client-cursor-mids-per-s the same by a SegmentCursor.");
        clientRatio("client-mids-per-s", "generator", taken -> taken.perSecond() * 1e-6, ">= 50");
        clientRatio("client-mids-per-request", "generator", taken -> taken.ids() * 1e-6 / taken.requests(), "");
        clientRatio("client-cursor-mids-per-s", "cursor", taken -> taken.perSecond() * 1e-6, "");
    }

    private void clientRatio(String name, String source, ToDoubleFunction<ClientIds.Taken> value, String bar) {
        List<Double> values =
                byClient.get(source).stream().mapToDouble(value).boxed().toList();
        report.ratio(name, Spread.of(values), bar);
    }
}
