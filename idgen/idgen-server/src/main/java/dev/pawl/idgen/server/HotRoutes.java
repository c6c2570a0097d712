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
    private final Bodies bodies;
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
        this.bodies = new Bodies(access, connections);
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
                || request.headers().getAll(HttpHeaders.HOST).size() != 1) {
            others.handle(request);
            return;
        }
        try {
            Key key = access.identify(request);
            Access.require(key, Scope.IDS_READ);
            Access.requireName(key, served.name());
            IdFormat format = format(request, served);
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
        bodies.read(request, body -> calls.many(request, served, format, IdsBody.count(body)));
    }

    /** The format that the request accepts, of those that the generator offers. */
    static IdFormat format(HttpServerRequest request, ServedGenerator served) {
        String accept = request.getHeader(HttpHeaders.ACCEPT);
        if (accept == null) {
            return IdFormat.JSON;
        }
        // Another Accept header beside a plain one could only add forms.
        Optional<IdFormat> known = Accepts.known(accept);
        List<IdFormat> offered = served.offered();
        if (known.isPresent() && offered.contains(known.get())) {
            return known.get();
        }
        List<String> all = request.headers().getAll(HttpHeaders.ACCEPT);
        return Accepts.choose(all, offered)
                .orElseThrow(() -> Accepts.refused(offered).thrown());
    }
}
