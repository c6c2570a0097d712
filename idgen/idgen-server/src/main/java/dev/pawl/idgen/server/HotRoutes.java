package dev.pawl.idgen.server;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Takes the two calls for ids before any routing, when they come in the plain form that clients send: one look-up by the
 * request's target. Whatever differs in any way - a query, an escape, another method - goes to the routes behind, which
 * answer it by the same code. Confined to its event loop.
 */
final class HotRoutes implements Handler<HttpServerRequest> {

    private final Map<String, ServedGenerator> next = new HashMap<>();
    private final Map<String, ServedGenerator> many = new HashMap<>();
    private final IdCalls calls;
    private final Access access;
    private final Connections connections;
    private final ServiceMetrics metrics;
    private final Handler<HttpServerRequest> others;

    HotRoutes(
            Generators generators,
            IdCalls calls,
            Access access,
            Connections connections,
            Handler<HttpServerRequest> others) {
        for (ServedGenerator served : generators.all()) {
            next.put("/v1/generators/" + served.name() + "/ids/next", served);
            many.put("/v1/generators/" + served.name() + "/ids", served);
        }
        this.calls = calls;
        this.access = access;
        this.connections = connections;
        this.metrics = access.metrics();
        this.others = others;
    }

    @Override
    public void handle(HttpServerRequest request) {
        connections.touched(request.connection());
        HttpMethod method = request.method();
        boolean get = method.equals(HttpMethod.GET);
        ServedGenerator served =
                get ? next.get(request.uri()) : method.equals(HttpMethod.POST) ? many.get(request.uri()) : null;
        if (served == null
                || request.version() != HttpVersion.HTTP_1_1
                || !request.headers().contains(HttpHeaders.HOST)) {
            others.handle(request);
            return;
        }
        try {
            access.require(request);
            IdFormat format = format(request);
            if (get) {
                calls.next(request, served, format);
            } else {
                post(request, served, format);
            }
        } catch (ProblemException e) {
            access.fail(request, e.problem());
        }
    }

    /** Reads the count and answers that many ids. */
    void post(HttpServerRequest request, ServedGenerator served, IdFormat format) {
        requireJson(request);
        BodyReader.read(request, connections, metrics, body -> {
            try {
                calls.many(request, served, format, IdsBody.count(body));
            } catch (ProblemException e) {
                access.fail(request, e.problem());
            }
        });
    }

    /** The format that the request accepts. */
    static IdFormat format(HttpServerRequest request) {
        String accept = request.getHeader(HttpHeaders.ACCEPT);
        if (accept == null) {
            return IdFormat.JSON;
        }
        // Another Accept header beside a plain one could only add forms.
        Optional<IdFormat> known = Accepts.known(accept);
        if (known.isPresent()) {
            return known.get();
        }
        List<String> all = request.headers().getAll(HttpHeaders.ACCEPT);
        return Accepts.choose(all, IdFormat.OFFERED)
                .orElseThrow(() -> Accepts.refused(IdFormat.OFFERED).thrown());
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
