package dev.pawl.idgen.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.pawl.idgen.spi.Reservation;
import dev.pawl.idgen.spi.Reservation.Exhausted;
import dev.pawl.idgen.spi.Reservation.Paused;
import dev.pawl.idgen.spi.Reservation.Range;
import dev.pawl.idgen.spi.SegmentStore;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The segment calls of the id service, over a store, as its contract says. */
final class FakeIdService implements AutoCloseable {

    private static final Pattern POST = Pattern.compile("/v1/tags/([^/]+)/segments");
    private static final Pattern DELETE =
            Pattern.compile("/v1/tags/([^/]+)/segments/([0-9]+)\\?first=([0-9]+)&last=([0-9]+)&lastUsed=([0-9]+)");
    private static final Pattern BODY = Pattern.compile("\\{\"step\": ([0-9]+)}");

    static {
        // Else each answer waits for the client's delayed acknowledgement.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    /** One request as it came. */
    record Request(String method, String uri, Map<String, List<String>> headers) {

        String header(String name) {
            return String.join(",", headers.getOrDefault(name, List.of()));
        }
    }

    final List<Request> requests = new CopyOnWriteArrayList<>();
    final Set<InetSocketAddress> connections = ConcurrentHashMap.newKeySet();

    private final SegmentStore store;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    /** In the place of the contract, if it is there. */
    volatile HttpHandler instead;

    private FakeIdService(SegmentStore store, int port) throws IOException {
        this.store = store;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    static FakeIdService over(SegmentStore store) throws IOException {
        return new FakeIdService(store, 0);
    }

    static FakeIdService at(URI address, SegmentStore store) throws IOException {
        return new FakeIdService(store, address.getPort());
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private void handle(HttpExchange exchange) throws IOException {
        requests.add(new Request(
                exchange.getRequestMethod(),
                exchange.getRequestURI().toString(),
                Map.copyOf(exchange.getRequestHeaders())));
        connections.add(exchange.getRemoteAddress());
        HttpHandler other = instead;
        if (other != null) {
            other.handle(exchange);
            return;
        }
        String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        Matcher post = POST.matcher(exchange.getRequestURI().toString());
        Matcher delete = DELETE.matcher(exchange.getRequestURI().toString());
        Matcher step = BODY.matcher(body);
        if (exchange.getRequestMethod().equals("POST") && post.matches() && step.matches()) {
            reserve(exchange, post.group(1), Long.parseLong(step.group(1)));
        } else if (exchange.getRequestMethod().equals("DELETE") && delete.matches() && body.isEmpty()) {
            giveBack(exchange, delete);
        } else {
            problem(exchange, 400, "invalid-body", "");
        }
    }

    private void reserve(HttpExchange exchange, String tag, long step) throws IOException {
        Reservation answer = Calls.result(store.reserve(tag, step));
        if (answer instanceof Range range) {
            answer(
                    exchange,
                    201,
                    "application/json",
                    "{\"tag\":\"" + tag + "\",\"first\":\"" + range.first() + "\",\"last\":\"" + range.last()
                            + "\",\"revision\":\"" + range.revision() + "\"}");
        } else if (answer instanceof Exhausted exhausted) {
            problem(exchange, 422, "exhausted", ",\"maxId\":\"" + exhausted.maxId() + "\"");
        } else {
            problem(
                    exchange,
                    answer instanceof Paused ? 409 : 404,
                    answer instanceof Paused ? "tag-paused" : "unknown-tag",
                    "");
        }
    }

    private void giveBack(HttpExchange exchange, Matcher path) throws IOException {
        Range range =
                new Range(Long.parseLong(path.group(3)), Long.parseLong(path.group(4)), Long.parseLong(path.group(2)));
        boolean returned = Calls.result(store.giveBack(path.group(1), range, Long.parseLong(path.group(5))));
        answer(exchange, 200, "application/json", "{\"returned\":" + returned + "}");
    }

    static void problem(HttpExchange exchange, int status, String slug, String more) throws IOException {
        answer(
                exchange,
                status,
                "application/problem+json",
                "{\"type\":\"urn:pawl:problem:" + slug + "\",\"status\":" + status + more + "}");
    }

    static void answer(HttpExchange exchange, int status, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(UTF_8);
        exchange.getRequestBody().readAllBytes();
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
