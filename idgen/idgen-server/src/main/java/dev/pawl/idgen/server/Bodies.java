package dev.pawl.idgen.server;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Consumer;

/** Reads the JSON bodies of requests. Confined to its event loop. */
final class Bodies {

    private final Access access;
    private final Connections connections;

    Bodies(Access access, Connections connections) {
        this.access = access;
        this.connections = connections;
    }

    /**
     * Reads a body and goes on with it, on this event loop.
     *
     * @param whole takes the body; a problem that it throws is answered
     * @throws ProblemException if the body is not JSON by what the request says of it
     */
    void read(HttpServerRequest request, Consumer<byte[]> whole) {
        requireJson(request);
        BodyReader.read(request, connections, access.metrics(), body -> {
            try {
                whole.accept(body);
            } catch (ProblemException e) {
                access.fail(request, e.problem());
            }
        });
    }

    private static void requireJson(HttpServerRequest request) {
        String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        if (type != null && !type.equals("application/json") && !ContentTypes.isJson(type)) {
            throw Problem.of(
                            ProblemType.UNSUPPORTED_MEDIA_TYPE,
                            "Content-Type must be application/json in UTF-8: Content-Type=" + Shown.of(type))
                    .thrown();
        }
        if (request.headers().contains(HttpHeaders.CONTENT_ENCODING)) {
            throw Problem.of(
                            ProblemType.UNSUPPORTED_MEDIA_TYPE,
                            "the body must not be encoded: Content-Encoding="
                                    + Shown.of(request.getHeader(HttpHeaders.CONTENT_ENCODING)))
                    .thrown();
        }
    }
}
