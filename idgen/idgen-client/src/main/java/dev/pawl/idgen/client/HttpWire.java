package dev.pawl.idgen.client;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** HTTP/1.1 by the JDK's client, on connections that are kept. Thread-safe. */
final class HttpWire implements Wire {

    private static final Logger LOG = LoggerFactory.getLogger(HttpWire.class);

    /** The contract's answers have a tenth of it. */
    static final int MOST_BYTES = 16 * 1024;

    /** A pause that is longer is a mistake of something in between, and would stop the ids for it. */
    static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

    private final HttpClient http;
    private final Optional<String> authorization;
    private final Duration timeout;
    private final Set<CompletableFuture<?>> underWay = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    HttpWire(Optional<String> apiKey, Duration timeout, Duration connectTimeout) {
        this.authorization = apiKey.map(key -> "Bearer " + key);
        this.timeout = timeout;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(connectTimeout)
                .build();
    }

    /** The time limit is kept here, since the JDK's ends with the headers and would wait for a body for ever. */
    @SuppressWarnings("CollectionUndefinedEquality") // a future is itself only
    @Override
    public CompletableFuture<Answer> send(URI service, Call call) {
        CompletableFuture<HttpResponse<byte[]>> sent =
                http.sendAsync(request(service, call), head -> new BoundedBody(MOST_BYTES));
        underWay.add(sent);
        if (closed) {
            sent.cancel(true);
        }
        return sent.copy()
                .orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS)
                .whenComplete((response, error) -> {
                    sent.cancel(true);
                    underWay.remove(sent);
                })
                .thenApply(response -> new Answer(
                        response.statusCode(),
                        response.body(),
                        pause(response.headers().firstValue("Retry-After")),
                        response.headers().firstValue("Pawl-Guarantee")));
    }

    /** How many requests have not ended. */
    int underWay() {
        return underWay.size();
    }

    private HttpRequest request(URI service, Call call) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(service + call.path()))
                .header("Accept", "application/json, application/problem+json")
                .header("Pawl-Timeout", Long.toString(timeout.toMillis()));
        call.body().ifPresent(body -> request.header("Content-Type", "application/json"));
        authorization.ifPresent(value -> request.header("Authorization", value));
        return request.method(
                        call.method(), call.body().map(BodyPublishers::ofString).orElseGet(BodyPublishers::noBody))
                .build();
    }

    /** In seconds; the header's other form is a date by somebody else's clock and counts as none. */
    static Duration pause(Optional<String> retryAfter) {
        return retryAfter
                .filter(seconds -> seconds.matches("[0-9]{1,9}"))
                .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)))
                .map(pause -> pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause)
                .orElse(Duration.ZERO);
    }

    /** The JDK's client has a close() from 21 on; on 17 its thread ends when nothing refers to it any more. */
    @Override
    public void close() {
        closed = true;
        underWay.forEach(sent -> sent.cancel(true));
        if (http instanceof AutoCloseable closeable) {
            try {
                closeable.close();
            } catch (Exception e) {
                LOG.warn("The HTTP client did not close", e);
            }
        }
    }
}
