package dev.pawl.idgen.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.ConnectException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;

/** Answers from memory, and keeps what was sent. */
final class FakeWire implements Wire {

    final List<Sent> sent = new CopyOnWriteArrayList<>();

    /** Throws what the request is to fail with. */
    volatile BiFunction<URI, Call, Answer> service;

    record Sent(URI service, Call call) {}

    /** Carries a failure of the connection out of a function. */
    static final class Broken extends RuntimeException {
        private static final long serialVersionUID = 1;

        Broken(Throwable cause) {
            super(cause);
        }
    }

    FakeWire(BiFunction<URI, Call, Answer> service) {
        this.service = service;
    }

    static Answer dead(URI service, Call call) {
        throw new Broken(new ConnectException("Connection refused"));
    }

    static Answer answer(int status, String body) {
        return new Answer(status, body.getBytes(UTF_8), Duration.ZERO, Optional.empty());
    }

    static Answer problem(int status, String slug) {
        return answer(status, "{\"type\":\"urn:pawl:problem:" + slug + "\",\"status\":" + status + "}");
    }

    static Answer problem(int status, String slug, Duration retryAfter) {
        Answer answer = problem(status, slug);
        return new Answer(status, answer.body(), retryAfter, Optional.empty());
    }

    static Answer range(String tag, long first, long last, long revision) {
        return answer(
                201,
                "{\"tag\":\"" + tag + "\",\"first\":\"" + first + "\",\"last\":\"" + last + "\",\"revision\":\""
                        + revision + "\"}");
    }

    @Override
    public CompletableFuture<Answer> send(URI to, Call call) {
        sent.add(new Sent(to, call));
        try {
            return CompletableFuture.completedFuture(service.apply(to, call));
        } catch (Broken e) {
            return CompletableFuture.failedFuture(e.getCause());
        }
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
