package dev.pawl.idgen.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** Writes answers. What does not change from one answer to the next is encoded once. */
final class Replies {

    static final CharSequence ALLOW = HttpHeaders.createOptimized("allow");
    static final CharSequence WWW_AUTHENTICATE = HttpHeaders.createOptimized("www-authenticate");
    private static final CharSequence NO_SNIFF = HttpHeaders.createOptimized("x-content-type-options");
    private static final CharSequence NOSNIFF = HttpHeaders.createOptimized("nosniff");
    private static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");
    private static final CharSequence PROBLEM_JSON = HttpHeaders.createOptimized("application/problem+json");
    private static final CharSequence CLOSE = HttpHeaders.createOptimized("close");

    /** The greatest size of the body that holds one id. */
    static final int ONE_ID = 64;

    /** From here on a body is handed over as it is; below, it is copied into a pooled buffer next to the socket. */
    private static final int COPIED = 64 * 1024;

    /** By format, and by the body's length. */
    private static final Map<IdFormat, MultiMap[]> ONE_ID_HEADERS = new EnumMap<>(IdFormat.class);

    private static final Map<IdFormat, MultiMap> BATCH_HEADERS = new EnumMap<>(IdFormat.class);

    static {
        for (IdFormat format : IdFormat.values()) {
            MultiMap[] byLength = new MultiMap[ONE_ID];
            for (int length = 0; length < ONE_ID; length++) {
                byLength[length] = idHeaders(format)
                        .add(HttpHeaders.CONTENT_LENGTH, HttpHeaders.createOptimized(Integer.toString(length)))
                        .copy(false);
            }
            ONE_ID_HEADERS.put(format, byLength);
            BATCH_HEADERS.put(format, idHeaders(format).copy(false));
        }
    }

    private Replies() {}

    private static MultiMap idHeaders(IdFormat format) {
        return HttpHeaders.headers()
                .add(HttpHeaders.CONTENT_TYPE, HttpHeaders.createOptimized(format.contentType()))
                .add(HttpHeaders.CACHE_CONTROL, NO_STORE)
                .add(NO_SNIFF, NOSNIFF);
    }

    /** Answers one id; the scratch of {@link #ONE_ID} bytes is free again on return. */
    static void one(HttpServerResponse response, IdFormat format, long id, byte[] scratch) {
        int length = IdWriter.writeOne(format, id, scratch);
        response.headers().setAll(Objects.requireNonNull(ONE_ID_HEADERS.get(format))[length]);
        response.end(Buffer.buffer(length).appendBytes(scratch, 0, length));
    }

    /** Answers what {@link #one} would, without an id: the headers of a form whose length is not known. */
    static void noId(HttpServerResponse response, IdFormat format) {
        response.headers().setAll(Objects.requireNonNull(BATCH_HEADERS.get(format)));
        response.end();
    }

    /** Answers a body of ids; the bytes are free again on return, unless they are more than a scratch holds. */
    static void many(HttpServerResponse response, IdFormat format, byte[] bytes, int length) {
        response.setStatusCode(201);
        response.headers().setAll(Objects.requireNonNull(BATCH_HEADERS.get(format)));
        if (length > COPIED) {
            response.end(BufferInternal.buffer(Unpooled.wrappedBuffer(bytes, 0, length)));
            return;
        }
        // Vert.x never releases a pooled buffer that it was given; the end of the write is where it is free.
        ByteBuf pooled = PooledByteBufAllocator.DEFAULT.directBuffer(length).writeBytes(bytes, 0, length);
        response.end(BufferInternal.buffer(pooled)).onComplete(written -> pooled.release());
    }

    /** Answers a body of ids, unless the client is gone. */
    static void ids(HttpServerResponse response, int status, IdFormat format, Buffer body) {
        if (response.closed()) {
            return;
        }
        response.setStatusCode(status);
        response.headers().setAll(Objects.requireNonNull(BATCH_HEADERS.get(format)));
        response.end(body);
    }

    /** The size up to which {@link #many} copies, so that the caller may use the bytes again. */
    static int copiedUpTo() {
        return COPIED;
    }

    /** Answers a body that is not ids. */
    static void body(HttpServerResponse response, String contentType, Buffer body) {
        plainHeaders(response, contentType);
        response.putHeader(HttpHeaders.CACHE_CONTROL, NO_STORE);
        response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()));
        response.end(body);
    }

    /** Sets the headers that every answer has. */
    static void plainHeaders(HttpServerResponse response, String contentType) {
        response.putHeader(HttpHeaders.CONTENT_TYPE, contentType);
        response.putHeader(NO_SNIFF, NOSNIFF);
    }

    /** Answers a failure; does nothing if the answer is out already or the client is gone. */
    static void problem(HttpServerRequest request, Problem problem) {
        HttpServerResponse response = request.response();
        if (response.ended() || response.closed()) {
            return;
        }
        Buffer body = problem.toJson();
        response.setStatusCode(problem.type().status());
        response.putHeader(HttpHeaders.CONTENT_TYPE, PROBLEM_JSON);
        response.putHeader(HttpHeaders.CACHE_CONTROL, NO_STORE);
        response.putHeader(NO_SNIFF, NOSNIFF);
        response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()));
        if (problem.retryAfter() > 0) {
            response.putHeader(HttpHeaders.RETRY_AFTER, Integer.toString(problem.retryAfter()));
        }
        response.end(body);
    }

    /** Answers a failure after which the connection cannot be used again. */
    static void lastProblem(HttpServerRequest request, Problem problem) {
        if (!request.response().headWritten()) {
            request.response().putHeader(HttpHeaders.CONNECTION, CLOSE);
        }
        problem(request, problem);
    }
}
