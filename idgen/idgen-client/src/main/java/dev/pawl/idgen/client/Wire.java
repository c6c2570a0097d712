package dev.pawl.idgen.client;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Sends one request, once. Thread-safe; does not block. */
interface Wire extends AutoCloseable {

    /**
     * A request.
     *
     * @param path the path behind the service's address, with the query
     * @param body JSON; empty for none
     */
    record Call(String method, String path, Optional<String> body) {}

    /**
     * A complete answer.
     *
     * @param retryAfter how long the service wants to be left alone, zero if it did not say
     * @param guarantee what the service says of its ids
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Answer(int status, byte[] body, Duration retryAfter, Optional<String> guarantee) {}

    /** Sends a request; completes with the answer, or with why there is no complete one. */
    CompletableFuture<Answer> send(URI service, Call call);

    @Override
    void close();
}
